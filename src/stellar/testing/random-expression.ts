/** Random expressions and messages from a seed, fast enough for a million of them. */

export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A number from 0 up to but without 1 (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)]!;
  }
}

const fields = [
  'a',
  'b.c',
  'source.type',
  'n',
  'm',
  'list',
  'text',
  '_',
  'constructor',
  '__proto__',
  'absent',
  'x',
];
const literals = [
  'null',
  'true',
  'false',
  'NaN',
  '0',
  '1',
  '-1',
  '2',
  '7',
  '2147483647',
  '-2147483648',
  '5L',
  '-9223372036854775808L',
  '1.0',
  '-0.0',
  '.5',
  '2.5f',
  '1e300',
  '1e999',
  "''",
  "'a'",
  "'ab'",
  "'true'",
  "'10'",
  "'10.0.0.1'",
  "'10.0.0.0/8'",
  "'(a)(b)?'",
  "'%s %d'",
  "'yyyy-MM-dd'",
  "'2016-01-05'",
  "'http://a.co.uk:1/x?y'",
  "'\\u00e9\\n'",
  '"it\'s"',
  '(true)',
  "'__proto__'",
  "'constructor'",
];

/** Expressions of the grammar, extensions included, over the fields that `randomMessage` has and the functions named. */
export class RandomExpressions {
  readonly #random: Random;
  readonly #functions: readonly string[];
  #left = 0;
  #parameters: string[] = [];

  constructor(random: Random, functions: readonly string[]) {
    this.#random = random;
    this.#functions = functions;
  }

  /** One expression of up to about `size` nodes. */
  expression(size = 24): string {
    this.#left = this.#random.below(size) + 1;
    this.#parameters = [];
    return this.#any();
  }

  /** An expression that may be none: characters and tokens of another are dropped, doubled, swapped or replaced. */
  mutated(): string {
    const random = this.#random;
    let text = this.expression();
    for (let times = 1 + random.below(3); times > 0; times -= 1) {
      const from = random.below(text.length + 1);
      const to = Math.min(text.length, from + random.below(6));
      const inserted = random.pick([
        '',
        '',
        text.slice(from, to) + text.slice(from, to),
        '(',
        ')',
        '[',
        ']',
        '{',
        '}',
        ',',
        ':',
        '?',
        '??',
        '->',
        '=>',
        '-',
        ' - ',
        '%',
        ' and ',
        ' in ',
        ' not in ',
        'not(',
        "'",
        '"',
        '\\',
        '\\u',
        '//',
        '\n',
        '\0',
        'e5',
        '0x',
        'match{',
        ' default => ',
        'if ',
        ' then ',
        ' else ',
        '}]`);process.exit(1)//',
        '$' + '{a}',
        '\u2028',
        '\ud800',
      ]);
      text = text.slice(0, from) + inserted + text.slice(to);
    }
    return text;
  }

  #any(): string {
    const random = this.#random;
    this.#left -= 1;
    if (this.#left <= 0) return this.#operand();
    switch (random.below(12)) {
      case 0:
        return `if ${this.#logic()} then ${this.#any()} else ${this.#any()}`;
      case 1:
        return `${this.#logic()} ? ${this.#any()} : ${this.#any()}`;
      case 2:
        return `match{ ${this.#clauses()}default => ${this.#any()} }`;
      case 3:
        return this.#lambda();
      case 4:
      case 5:
      case 6:
        return this.#logic();
      default:
        return this.#coalesce();
    }
  }

  #clauses(): string {
    let text = '';
    for (let i = this.#random.below(3); i >= 0; i -= 1) text += `${this.#logic()} => ${this.#any()}, `;
    return text;
  }

  #lambda(): string {
    const names = ['x', 'y', 'a', 'p.q'].slice(0, this.#random.below(4));
    const before = this.#parameters;
    this.#parameters = [...before, ...names];
    const head = names.length === 1 && this.#random.below(2) === 0 ? names[0] : `(${names.join(', ')})`;
    const text = `${head} -> ${this.#any()}`;
    this.#parameters = before;
    return text;
  }

  #logic(): string {
    this.#left -= 1;
    let text = this.#member();
    while (this.#left > 0 && this.#random.below(3) === 0)
      text += ` ${this.#random.pick(['and', 'or', '&&', 'OR'])} ${this.#member()}`;
    return text;
  }

  #member(): string {
    if (this.#left > 0 && this.#random.below(4) === 0)
      return `${this.#coalesce()} ${this.#random.pick(['in', 'not in', 'IN'])} ${this.#comparison()}`;
    return this.#comparison();
  }

  #comparison(): string {
    const random = this.#random;
    if (this.#left > 0 && random.below(8) === 0) return `not(${this.#logic()})`;
    const left = this.#coalesce();
    if (this.#left <= 0 || random.below(2) === 0) return left;
    return `${left} ${random.pick(['==', '!=', '<', '<=', '>', '>='])} ${this.#coalesce()}`;
  }

  #coalesce(): string {
    const left = this.#sum();
    return this.#left > 0 && this.#random.below(8) === 0 ? `${left} ?? ${this.#sum()}` : left;
  }

  #sum(): string {
    let text = this.#operand();
    while (this.#left > 0 && this.#random.below(3) === 0)
      text += this.#random.pick([' + ', ' - ', ' * ', ' / ', ' % ', '-', '+', '*']) + this.#operand();
    return text;
  }

  #operand(): string {
    const random = this.#random;
    this.#left -= 1;
    if (this.#left <= 0) return this.#leaf();
    switch (random.below(10)) {
      case 0:
        return `(${this.#any()})`;
      case 1:
        return `- ${this.#operand()}`;
      case 2:
        return `[${this.#several(4)}]`;
      case 3: {
        const entries = Array.from({ length: random.below(3) }, () => `${this.#leaf()} : ${this.#any()}`);
        return `{${entries.join(', ')}}`;
      }
      case 4:
        return `${random.pick(fields)}[${this.#coalesce()}]`;
      case 5:
        return `${random.pick(['MAP', 'FILTER'])}(${random.pick(['list', '[1, 2, 3]', 'text', this.#leaf()])}, ${this.#lambda()})`;
      case 6:
        return `REDUCE(${random.pick(['list', '[1, 2, 3]', 'text'])}, ${this.#lambda()}, ${this.#leaf()})`;
      case 7:
      case 8:
        return `${random.pick(this.#functions)}(${this.#several(4)})`;
      default:
        return this.#leaf();
    }
  }

  #several(most: number): string {
    return Array.from({ length: this.#random.below(most) }, () => this.#coalesce()).join(', ');
  }

  #leaf(): string {
    const random = this.#random;
    const kind = random.below(5);
    if (kind === 0 && this.#parameters.length > 0) return random.pick(this.#parameters);
    if (kind < 3) return random.pick(fields);
    if (kind === 3 && random.below(4) === 0) return `exists(${random.pick(fields)})`;
    return random.pick(literals);
  }
}

const values: readonly string[] = [
  'null',
  '0',
  '1',
  '-5',
  '2147483647',
  '4294967296',
  '1.5',
  '1e308',
  '""',
  '"a"',
  '"true"',
  '"10.1.2.3"',
  '"Ünïcode \\u0000"',
  '[]',
  '[1,2,3]',
  '["a","b",null]',
  '[[1],[1]]',
  '{}',
  '{"a":1,"b":{"c":[]}}',
  '{"__proto__":1,"constructor":2}',
  'true',
  'false',
];

/** A message, parsed anew so that no two share a collection. */
export function randomMessage(random: Random): string {
  const parts = ['a', 'b.c', 'n', 'm', 'list', 'text'].map((name) => `"${name}":${random.pick(values)}`);
  if (random.below(4) === 0) parts.push(`"__proto__":${random.pick(values)}`);
  if (random.below(4) === 0) parts.push(`"constructor":${random.pick(values)}`);
  return `{"source.type":"test",${parts.join(',')}}`;
}
