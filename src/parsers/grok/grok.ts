/** Compiles Grok patterns to one JavaScript regular expression each, and reads what they capture. */
import { ParserConfigError } from '../errors.ts';
import type { Message } from '../parser.ts';
import { recordBuilder } from '../record-builder.ts';
import { autoValue, typedValue } from './capture-value.ts';
import type { Dictionary } from './dictionary.ts';
import { type Capture, expandGrok, type GrokDialect } from './expand.ts';
import { guardedMatch } from './guarded-match.ts';
import { emitRegex } from './regex-emit.ts';
import type { RegexNode } from './regex-node.ts';
import { parseRegex } from './regex-parse.ts';
import { simplifyRegex } from './regex-simplify.ts';

/** A field of this name is matched but not kept. */
const unwanted = 'UNWANTED';

export interface GrokOptions {
  readonly dialect?: GrokDialect;
  /** Fields not to keep, besides `UNWANTED`. */
  readonly without?: readonly string[];
  /** Keep only these fields. */
  readonly only?: readonly string[];
  /** Fields that every message gets besides, with the value null at first, so that all messages have one shape. */
  readonly extra?: readonly string[];
}

export interface GrokMatcher {
  /** In the order of their groups. */
  readonly fields: readonly string[];
  readonly regex: RegExp;
  /** Whether V8's linear engine can run it; when not, every match runs under a watchdog (about 12,000 lines/s at most). */
  readonly linear: boolean;
  /**
   * The fields of the first place in `text` that fits; null when there is none, or when the text is blank. Groups that took no
   * part give null. Throws `ParseError` when the match takes too long.
   */
  match(text: string): Message | null;
}

/**
 * Compiles a pattern such as `%{IP:ip_src_addr} %{WORD:method}`. Throws `ParserConfigError` when it is wrong. One difference from Java
 * shows in captures: those inside a repetition are of its last round only (Java keeps that of an earlier round).
 */
export function compileGrok(pattern: string, dictionary: Dictionary, options: GrokOptions = {}): GrokMatcher {
  const expansion = expandGrok(pattern, dictionary, options.dialect ?? 'metron');
  const tree = simplifyRegex(parseRegex(expansion.regex));
  const kept = keptGroups(tree, expansion.captures, options);
  const emitted = emitRegex(tree, new Set([...kept.values()].map((group) => group.number)));
  let regex: RegExp;
  try {
    regex = new RegExp(emitted.source);
    // An expression that is too big is refused only when it first runs.
    regex.exec('');
  } catch (cause) {
    throw new ParserConfigError(
      `The Grok pattern ${JSON.stringify(pattern)} is too much for the regular-expression engine`,
      { cause },
    );
  }
  const fields = [...kept.keys()];
  const groups = Int32Array.from(kept.values(), (group) => emitted.groups.get(group.number) ?? -1);
  const types = [...kept.values()].map((group) => group.capture.type);
  const extra = (options.extra ?? []).filter((field) => !kept.has(field));
  const build = recordBuilder([...fields, ...extra]);
  const values: unknown[] = new Array<unknown>(fields.length + extra.length).fill(null);
  const { linear } = emitted;
  const count = fields.length;
  const auto = types.every((type) => type === 'auto');

  return {
    fields,
    regex,
    linear,
    match(text) {
      const found = guardedMatch(regex, linear, text);
      if (found === null || isBlank(text)) return null;
      if (auto) for (let i = 0; i < count; i++) values[i] = autoValue(found[groups[i]!]);
      else for (let i = 0; i < count; i++) values[i] = typedValue(found[groups[i]!], types[i]!);
      return build(values);
    },
  };
}

interface KeptGroup {
  readonly number: number;
  readonly capture: Capture;
}

/** Of the groups of one reference the first is read; of the references to one field the last counts, even when it is empty. */
function keptGroups(
  tree: RegexNode,
  captures: ReadonlyMap<string, Capture | undefined>,
  options: GrokOptions,
): Map<string, KeptGroup> {
  const kept = new Map<string, KeptGroup>();
  const seen = new Set<string>();
  for (const { name, number } of namedGroups(tree)) {
    if (seen.has(name)) continue;
    seen.add(name);
    const capture = captures.has(name) ? captures.get(name) : ({ field: name, type: 'auto' } as const);
    if (capture === undefined) continue;
    const { field } = capture;
    if (field === unwanted || options.without?.includes(field) || options.only?.includes(field) === false)
      continue;
    kept.delete(field);
    kept.set(field, { number, capture });
  }
  return kept;
}

function namedGroups(node: RegexNode): { name: string; number: number }[] {
  switch (node.kind) {
    case 'group': {
      const inner = namedGroups(node.body);
      return node.name === undefined ? inner : [{ name: node.name, number: node.number }, ...inner];
    }
    case 'sequence':
      return node.items.flatMap(namedGroups);
    case 'choice':
      return node.options.flatMap(namedGroups);
    case 'repeat':
    case 'atomic':
    case 'look':
      return namedGroups(node.body);
    default:
      return [];
  }
}

function isBlank(text: string): boolean {
  const first = text.charCodeAt(0);
  return !(first > 0x20) && text.trim() === '';
}
