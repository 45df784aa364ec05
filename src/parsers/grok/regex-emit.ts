/** Writes a regular-expression tree as JavaScript source (no flags), in the subset of V8's linear engine where it can be. */
import { lineTerminators, setSource } from './char-set.ts';
import type { Assertion, LookNode, RegexNode, RepeatNode } from './regex-node.ts';

export interface EmittedRegex {
  readonly source: string;
  /** Number of the JavaScript group for each group (by its number in the tree) that was asked for. */
  readonly groups: ReadonlyMap<number, number>;
  /** Whether V8's linear engine can take over, so that hostile text cannot make it run away. */
  readonly linear: boolean;
}

/** How often V8's linear engine may copy a part of an expression to repeat it. */
const mostCopies = 16;
/** Up to how many copies of one character are written out to stay under that. */
const mostWrittenOut = 128;

/** Writes `node`, capturing only the groups whose number is in `wanted` (and those that the expression refers to). */
export function emitRegex(node: RegexNode, wanted: ReadonlySet<number>): EmittedRegex {
  const emitter = new Emitter(node, wanted);
  const source = emitter.write(node, 1);
  return { source, groups: emitter.groups, linear: emitter.linear };
}

const terminator = setSource(lineTerminators);

const assertionSources: Readonly<Record<Assertion, string>> = {
  start: '^',
  end: '$',
  // Taking the terminator, rather than looking ahead, keeps to the linear engine; see `write` for where that would show.
  lastLineEnd: '(?:\\r?\\n|[\\r\\x85\\u2028\\u2029])?$',
  lineStart: '(?<![^\\n\\r\\x85\\u2028\\u2029])',
  lineEnd: `(?=${terminator}|$)`,
  wordBoundary: '\\b',
  notWordBoundary: '\\B',
};

class Emitter {
  readonly groups = new Map<number, number>();
  linear = true;
  readonly #wanted: ReadonlySet<number>;
  readonly #referred = new Set<number>();
  readonly #names = new Map<string, number>();
  #count = 0;
  #captures = 0;

  constructor(root: RegexNode, wanted: ReadonlySet<number>) {
    this.#wanted = wanted;
    this.#collect(root);
  }

  /** `copies`: how often the repetitions around the node copy it. */
  write(node: RegexNode, copies: number): string {
    switch (node.kind) {
      case 'set':
        return setSource(node.set);
      case 'sequence':
        return node.items
          .map((item) =>
            item.kind === 'choice' ? `(?:${this.write(item, copies)})` : this.write(item, copies),
          )
          .join('');
      case 'choice':
        return node.options.map((option) => this.write(option, copies)).join('|');
      case 'repeat':
        return this.#repeat(node, copies);
      case 'group':
        return this.#group(node.number, node.body, copies);
      case 'atomic': {
        // Look-ahead does not go back into what it matched: (?=(X))\1 is an atomic group.
        this.linear = false;
        const number = ++this.#count;
        return `(?=(${this.write(node.body, copies)}))\\${number}(?:)`;
      }
      case 'look':
        return this.#look(node, copies);
      case 'assertion':
        return this.#assertion(node.what);
      case 'reference':
        return this.#reference(node.to);
    }
  }

  #group(number: number, body: RegexNode, copies: number): string {
    // A group whose number was met before repeats it (the same reference twice in a pattern): the first one is read.
    if ((!this.#wanted.has(number) && !this.#referred.has(number)) || this.groups.has(number)) {
      return body.kind === 'choice' ? `(?:${this.write(body, copies)})` : this.write(body, copies);
    }
    this.groups.set(number, ++this.#count);
    this.#captures++;
    const source = `(${this.write(body, copies)})`;
    this.#captures--;
    return source;
  }

  #repeat(node: RepeatNode, copies: number): string {
    const { body, min, max } = node;
    const finite = max === Number.POSITIVE_INFINITY ? Math.max(min, 1) : max;
    const factor = copies * Math.max(finite, 1);
    const lazy = node.lazy ? '?' : '';
    if (
      body.kind === 'set' &&
      (factor > mostCopies || (copies > 1 && finite > 1)) &&
      finite <= mostWrittenOut
    ) {
      const one = this.write(body, copies);
      const rest = max === Number.POSITIVE_INFINITY ? `${one}*${lazy}` : `${one}?${lazy}`.repeat(max - min);
      return one.repeat(min) + rest;
    }
    if (factor > mostCopies) this.linear = false;
    // Java keeps going when a round of an unbounded loop took nothing; JavaScript ends the loop: the same matches.
    const inner = this.write(body, factor);
    const atom =
      body.kind === 'set' || (inner.startsWith('(') && body.kind === 'group' && this.#isOneGroup(body.number))
        ? inner
        : `(?:${inner})`;
    return atom + quantifier(min, max) + lazy;
  }

  #isOneGroup(number: number): boolean {
    return this.#wanted.has(number) || this.#referred.has(number);
  }

  #look(node: LookNode, copies: number): string {
    const before = this.#count;
    const body = this.write(node.body, copies);
    if (node.ahead || this.#count > before) this.linear = false;
    return `(?${node.ahead ? '' : '<'}${node.negative ? '!' : '='}${body})`;
  }

  #assertion(what: Assertion): string {
    if (what === 'lineEnd') this.linear = false;
    if (what === 'lastLineEnd' && this.#captures > 0) {
      this.linear = false;
      return `(?=${assertionSources.lastLineEnd})`;
    }
    return assertionSources[what];
  }

  #reference(to: number | string): string {
    this.linear = false;
    const tree = typeof to === 'number' ? to : this.#names.get(to);
    const number = tree === undefined ? undefined : this.groups.get(tree);
    // A reference to a group that has not been met cannot match in Java (JavaScript would match nothing at all).
    return number === undefined ? '(?!)' : `\\${number}(?:)`;
  }

  #collect(node: RegexNode): void {
    switch (node.kind) {
      case 'group':
        if (node.name !== undefined && !this.#names.has(node.name)) this.#names.set(node.name, node.number);
        this.#collect(node.body);
        break;
      case 'sequence':
        for (const item of node.items) this.#collect(item);
        break;
      case 'choice':
        for (const option of node.options) this.#collect(option);
        break;
      case 'repeat':
      case 'atomic':
      case 'look':
        this.#collect(node.body);
        break;
      case 'reference': {
        const number = typeof node.to === 'number' ? node.to : this.#names.get(node.to);
        if (number !== undefined) this.#referred.add(number);
        break;
      }
      default:
    }
  }
}

function quantifier(min: number, max: number): string {
  if (max === Number.POSITIVE_INFINITY) return min === 0 ? '*' : min === 1 ? '+' : `{${min},}`;
  if (min === 0 && max === 1) return '?';
  return min === max ? `{${min}}` : `{${min},${max}}`;
}
