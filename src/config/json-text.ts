/**
 * Reads JSON with comments and trailing commas, remembering where each value and key stands.
 */
import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { type ConfigProblem, type ConfigProblemCode, formatPath, type JsonPath, shorten } from './problem.ts';

const MAX_CHARACTERS = 16 * 1024 * 1024;
const MAX_DEPTH = 100;

export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A parsed file: its value, and positions for messages about it. */
export interface JsonText {
  readonly file: string;
  /** Undefined when the text is no JSON. Objects hold no `__proto__` of the file's making. */
  readonly value: unknown;
  /** Syntax errors, and warnings about keys that stand twice. */
  readonly problems: readonly ConfigProblem[];
  /** Where the value at a path begins; where it is absent, the nearest value around it. */
  placeOf(path: JsonPath): Place;
  /** Where the key at the end of a path stands. */
  placeOfKey(path: JsonPath): Place;
  /** Where a character of a text value stands. */
  placeInText(path: JsonPath, offset: number): Place;
}

export function parseJsonText(file: string, text: string): JsonText {
  const problems: ConfigProblem[] = [];
  const lines = lineStarts(text);
  const report = (
    code: ConfigProblemCode,
    severity: 'error' | 'warning',
    offset: number,
    path: string,
    message: string,
    hint?: string,
  ) => {
    problems.push({
      code,
      severity,
      file,
      path,
      ...placeAt(lines, offset),
      message,
      ...(hint === undefined ? {} : { hint }),
    });
  };

  let root: Node | undefined;
  const start = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  if (text.length > MAX_CHARACTERS) {
    report('SKP_CONFIG_SYNTAX', 'error', 0, '', `the file is longer than ${MAX_CHARACTERS} characters`);
  } else if (depthOf(text) > MAX_DEPTH) {
    report('SKP_CONFIG_SYNTAX', 'error', 0, '', `the JSON is nested deeper than ${MAX_DEPTH} levels`);
  } else {
    const errors: ParseError[] = [];
    // The mark of a BOM is replaced and not cut, so that offsets stay those of the file.
    root = parseTree(start === 1 ? ` ${text.slice(1)}` : text, errors, { allowTrailingComma: true });
    for (const error of errors.slice(0, 5)) {
      const found = text.slice(error.offset, error.offset + Math.max(1, error.length)).trim();
      report(
        'SKP_CONFIG_SYNTAX',
        'error',
        error.offset,
        '',
        `${syntaxMessage(error)}, found ${found === '' ? 'the end of the file' : JSON.stringify(shorten(found, 30))}`,
        'Write JSON; comments (// and /* */) and trailing commas are allowed, single quotes are not.',
      );
    }
    if (root === undefined && errors.length === 0) {
      report(
        'SKP_CONFIG_SYNTAX',
        'error',
        0,
        '',
        'expected JSON, found an empty file',
        'Write {} for an empty object.',
      );
    }
  }

  const broken = problems.length > 0 || root === undefined;
  const value = broken || root === undefined ? undefined : toValue(root, [], report);
  const nodeAt = (path: JsonPath) => nearestNode(root, path);
  return {
    file,
    value,
    problems,
    placeOf: (path) => placeAt(lines, nodeAt(path)?.offset ?? 0),
    placeOfKey: (path) => placeAt(lines, keyNode(root, path)?.offset ?? nodeAt(path)?.offset ?? 0),
    placeInText(path, offset) {
      const node = nodeAt(path);
      if (node?.type !== 'string') return placeAt(lines, node?.offset ?? 0);
      return placeAt(
        lines,
        node.offset + 1 + rawOffset(text.slice(node.offset + 1, node.offset + node.length), offset),
      );
    },
  };
}

type Report = (
  code: ConfigProblemCode,
  severity: 'error' | 'warning',
  offset: number,
  path: string,
  message: string,
  hint?: string,
) => void;

function toValue(node: Node, path: (string | number)[], report: Report): unknown {
  if (node.type === 'array')
    return (node.children ?? []).map((child, index) => toValue(child, [...path, index], report));
  if (node.type !== 'object') return node.value;
  const object: Record<string, unknown> = {};
  for (const property of node.children ?? []) {
    const [key, value] = property.children ?? [];
    if (key === undefined || value === undefined) continue;
    const name = String(key.value);
    const at = [...path, name];
    if (name === '__proto__') {
      report(
        'SKP_CONFIG_VALUE',
        'error',
        key.offset,
        formatPath(at),
        'the key "__proto__" is not allowed',
        'Remove it.',
      );
      continue;
    }
    if (Object.hasOwn(object, name)) {
      report(
        'SKP_CONFIG_DUPLICATE',
        'warning',
        key.offset,
        formatPath(at),
        `the key ${JSON.stringify(shorten(name, 60))} stands here a second time, and this one counts`,
        'Keep one of them.',
      );
    }
    object[name] = toValue(value, at, report);
  }
  return object;
}

function childAt(node: Node | undefined, step: string | number): Node | undefined {
  if (typeof step === 'number') return node?.type === 'array' ? node.children?.[step] : undefined;
  return propertyOf(node, step)?.children?.[1];
}

/** The last of that name, since the last one counts. */
function propertyOf(node: Node | undefined, name: string): Node | undefined {
  if (node?.type !== 'object') return undefined;
  return node.children?.findLast((property) => property.children?.[0]?.value === name);
}

function nearestNode(root: Node | undefined, path: JsonPath): Node | undefined {
  let node = root;
  for (const step of path) {
    const next = childAt(node, step);
    if (next === undefined) break;
    node = next;
  }
  return node;
}

function keyNode(root: Node | undefined, path: JsonPath): Node | undefined {
  const last = path.at(-1);
  return typeof last === 'string'
    ? propertyOf(nearestNode(root, path.slice(0, -1)), last)?.children?.[0]
    : undefined;
}

function syntaxMessage(error: ParseError): string {
  switch (printParseErrorCode(error.error)) {
    case 'PropertyNameExpected':
      return 'expected a key in double quotes';
    case 'ValueExpected':
      return 'expected a value';
    case 'ColonExpected':
      return 'expected ":" after the key';
    case 'CommaExpected':
      return 'expected "," before the next entry';
    case 'CloseBraceExpected':
      return 'expected "}"';
    case 'CloseBracketExpected':
      return 'expected "]"';
    case 'EndOfFileExpected':
      return 'expected the end of the file';
    case 'UnexpectedEndOfComment':
      return 'expected the end of a comment, "*/"';
    case 'UnexpectedEndOfString':
      return 'expected a closing double quote on the same line';
    case 'UnexpectedEndOfNumber':
    case 'InvalidNumberFormat':
      return 'expected a number';
    case 'InvalidEscapeCharacter':
    case 'InvalidUnicode':
      return 'expected an escape such as \\n or \\u00e9 (write \\\\ for a backslash)';
    case 'InvalidCharacter':
      return 'expected no control character inside of a text';
    default:
      return 'expected JSON';
  }
}

/** Nesting of brackets outside of texts and comments: checked first, since the JSON reader recurses. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [token] of text.matchAll(
    /"(?:[^"\\\n]|\\.)*"?|\/\/[^\n]*|\/\*[^*]*(?:\*(?!\/)[^*]*)*(?:\*\/)?|[[\]{}]/g,
  )) {
    if (token === '{' || token === '[') deepest = Math.max(deepest, ++depth);
    else if (token === '}' || token === ']') depth--;
  }
  return deepest;
}

/** How far into the JSON spelling of a text its character number `offset` stands. */
function rawOffset(raw: string, offset: number): number {
  let at = 0;
  for (let passed = 0; passed < offset && at < raw.length; passed++) {
    at += raw[at] !== '\\' ? 1 : raw[at + 1] === 'u' ? 6 : 2;
  }
  return at;
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function placeAt(starts: readonly number[], offset: number): Place {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - starts[low]! + 1 };
}
