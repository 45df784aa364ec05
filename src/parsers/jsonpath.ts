/**
 * JSONPath (RFC 9535 without functions, with the older forms that are in use): `$`, `.name`, `['name']`, `[0]`, `[-1]`, `[1:3]`,
 * `[0,2]`, `.*`, `[*]`, `..name`, `..*`, `[?(@.k == 'x' && !(@.n > 3))]`. Compiled to a list of steps; nothing is evaluated as code.
 */
import { excerpt, ParserConfigError } from './errors.ts';
import { isMap } from './fields.ts';
import { type Filter, parseFilter } from './jsonpath-filter.ts';
import { TextCursor } from './text-cursor.ts';

export type Selector =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'index'; readonly index: number }
  | {
      readonly kind: 'slice';
      readonly start: number | undefined;
      readonly end: number | undefined;
      readonly step: number;
    }
  | { readonly kind: 'wildcard' }
  | { readonly kind: 'filter'; readonly test: Filter };

export interface Step {
  /** Applies to the node and everything below it. */
  readonly deep: boolean;
  readonly selectors: readonly Selector[];
}

export interface JsonPath {
  readonly source: string;
  readonly steps: readonly Step[];
  /** At most one node can match: the value itself is the answer, not a list. */
  readonly definite: boolean;
}

/** Compiles a query. Throws `ParserConfigError` saying where it is wrong. */
export function compileJsonPath(source: string): JsonPath {
  const cursor = new TextCursor(source.trim());
  if (!cursor.take('$')) throw wrong(cursor, 'expected $ at the start');
  const steps = parseSteps(cursor);
  if (!cursor.atEnd()) throw wrong(cursor, 'expected . or [');
  return { source, steps, definite: isDefinite(steps) };
}

export function isDefinite(steps: readonly Step[]): boolean {
  return steps.every((step) => {
    const only = step.selectors[0];
    return !step.deep && step.selectors.length === 1 && (only?.kind === 'name' || only?.kind === 'index');
  });
}

/** Steps up to the first character that begins none. Also used for the paths inside of filters. */
export function parseSteps(cursor: TextCursor): Step[] {
  const steps: Step[] = [];
  for (;;) {
    if (cursor.take('..')) {
      steps.push({ deep: true, selectors: cursor.take('[') ? parseBrackets(cursor) : [parseDotted(cursor)] });
    } else if (cursor.take('.')) {
      steps.push({ deep: false, selectors: [parseDotted(cursor)] });
    } else if (cursor.take('[')) {
      steps.push({ deep: false, selectors: parseBrackets(cursor) });
    } else {
      return steps;
    }
  }
}

const dottedName = /[^\s.[\]()$@'",:?*!=<>&|~/]+/y;

function parseDotted(cursor: TextCursor): Selector {
  if (cursor.take('*')) return { kind: 'wildcard' };
  const name = cursor.match(dottedName);
  if (name === undefined) throw wrong(cursor, 'expected a name or *');
  if (cursor.peek() === '(') throw wrong(cursor, 'functions are not supported');
  return { kind: 'name', name };
}

const wholeNumber = /-?\d+/y;

function parseBrackets(cursor: TextCursor): Selector[] {
  const selectors: Selector[] = [];
  do {
    cursor.skipSpace();
    selectors.push(parseBracketed(cursor));
    cursor.skipSpace();
  } while (cursor.take(','));
  if (!cursor.take(']')) throw wrong(cursor, 'expected ]');
  return selectors;
}

function parseBracketed(cursor: TextCursor): Selector {
  if (cursor.take('*')) return { kind: 'wildcard' };
  if (cursor.take('?')) return { kind: 'filter', test: parseFilter(cursor) };
  const name = cursor.quoted();
  if (name !== undefined) return { kind: 'name', name };
  const start = parseWhole(cursor);
  cursor.skipSpace();
  if (!cursor.take(':')) {
    if (start === undefined) throw wrong(cursor, 'expected a quoted name, an index, a slice, * or a filter');
    return { kind: 'index', index: start };
  }
  cursor.skipSpace();
  const end = parseWhole(cursor);
  cursor.skipSpace();
  const step = cursor.take(':') ? (parseWhole(cursor) ?? 1) : 1;
  if (step < 1) throw wrong(cursor, 'expected a step of 1 or more');
  return { kind: 'slice', start, end, step };
}

function parseWhole(cursor: TextCursor): number | undefined {
  const digits = cursor.match(wholeNumber);
  return digits === undefined ? undefined : Number(digits);
}

export function wrong(cursor: TextCursor, expected: string): ParserConfigError {
  return new ParserConfigError(
    `JSONPath ${excerpt(cursor.text)} is wrong at character ${cursor.at + 1}: ${expected}`,
  );
}

/** The nodes that match, in document order. */
export function select(root: unknown, steps: readonly Step[], current: unknown = root): unknown[] {
  let nodes: unknown[] = [current];
  for (const step of steps) {
    const next: unknown[] = [];
    for (const node of nodes) {
      if (step.deep) applyDeep(node, step.selectors, root, next);
      else for (const selector of step.selectors) apply(node, selector, root, next);
    }
    nodes = next;
  }
  return nodes;
}

/** Depth is bounded by the reader of the JSON. */
function applyDeep(node: unknown, selectors: readonly Selector[], root: unknown, out: unknown[]): void {
  if (typeof node !== 'object' || node === null) return;
  for (const selector of selectors) apply(node, selector, root, out);
  for (const child of childrenOf(node)) applyDeep(child, selectors, root, out);
}

function childrenOf(node: object): unknown[] {
  return Array.isArray(node) ? node : Object.values(node);
}

function apply(node: unknown, selector: Selector, root: unknown, out: unknown[]): void {
  if (typeof node !== 'object' || node === null) return;
  switch (selector.kind) {
    case 'name':
      if (isMap(node) && Object.hasOwn(node, selector.name)) out.push(node[selector.name]);
      break;
    case 'index':
      if (Array.isArray(node)) {
        const index = selector.index < 0 ? node.length + selector.index : selector.index;
        if (index >= 0 && index < node.length) out.push(node[index]);
      }
      break;
    case 'slice':
      if (Array.isArray(node)) {
        const part: unknown[] = node.slice(selector.start ?? 0, selector.end ?? node.length);
        for (let i = 0; i < part.length; i += selector.step) out.push(part[i]);
      }
      break;
    case 'wildcard':
      for (const child of childrenOf(node)) out.push(child);
      break;
    case 'filter':
      for (const child of childrenOf(node)) if (selector.test(child, root)) out.push(child);
      break;
  }
}
