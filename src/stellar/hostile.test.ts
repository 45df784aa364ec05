import { describe, expect, it } from 'vitest';
import { compile } from './compiler.ts';
import { StellarError } from './errors.ts';
import type { CompileOptions, StellarFunction } from './expression.ts';
import { standardRegistry } from './functions/index.ts';
import { compilePattern } from './java-regex.ts';
import { toPlain } from './values.ts';

const evaluate = (
  source: string,
  scope: Record<string, unknown> = {},
  options: CompileOptions = {},
): unknown => compile(source, standardRegistry, options).evaluate([scope], {});

function failure(run: () => unknown): StellarError {
  try {
    run();
  } catch (error) {
    if (error instanceof StellarError) return error;
    throw error;
  }
  throw new Error('did not raise');
}

/** Milliseconds of this process's time. */
function timeOf(run: () => unknown): number {
  const start = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

describe('generated source', () => {
  const breakouts = [
    "');globalThis.broken = 1;//",
    '");globalThis.broken = 1;//',
    '`);globalThis.broken = 1;//',
    '$' + '{globalThis.broken = 1}',
    '\\");globalThis.broken = 1;//',
    '\\\\");globalThis.broken = 1;//',
    '*/globalThis.broken = 1;/*',
    '\u2028globalThis.broken = 1\u2029',
    '\n;globalThis.broken = 1\r\n',
    '</script><script>globalThis.broken = 1',
    '\0\ud800"',
    '__proto__',
    'constructor',
  ];

  it('holds no text of an expression but as a literal', () => {
    for (const text of breakouts) {
      const quoted = `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
      expect(evaluate(quoted)).toBe(text);
      expect(evaluate(`[${quoted}, a]`, { a: 1 })).toEqual([text, 1]);
      expect(evaluate(`_[${quoted}]`, JSON.parse(JSON.stringify({ [text]: 'own' })))).toBeOneOf([
        'own',
        null,
      ]);
      expect(evaluate(`a in [${quoted}, 'b', 'c', 'd', 'e', 'f', 'g', 'h']`, { a: text })).toBe(true);
      expect(evaluate(`match{ a == ${quoted} => ${quoted}, default => null }`, { a: text })).toBe(text);
      expect(evaluate(`{${quoted} : 1}[${quoted}]`)).toBe(1);
      expect(evaluate(`MAP([1], x -> ${quoted})`)).toEqual([text]);
    }
    expect(Reflect.has(globalThis, 'broken')).toBe(false);
  });

  it('holds no name of an expression but as a key', () => {
    // Names of what the code itself declares, and of what JavaScript reserves.
    const names = [
      'scopes',
      'c',
      's0',
      'n',
      'at',
      't0',
      'k0',
      'f0',
      'p0',
      'R',
      'K',
      'F',
      'work',
      'source',
      'places',
      'arguments',
      'this',
      'eval',
      'globalThis',
      'process',
      'require',
      'return',
      'function',
      'await',
      'async',
      'class',
      'let',
      'undefined',
      'Lambda',
      'spend',
    ];
    for (const name of names) {
      expect(evaluate(name), name).toBeNull();
      expect(evaluate(`${name} == 7 and exists(${name})`, { [name]: 7 }), name).toBe(true);
      expect(evaluate(`MAP([1], ${name} -> ${name} + 1)`), name).toEqual([2]);
      expect(evaluate(`MAP([1], (x, ${name}) -> ${name})`), name).toEqual([null]);
    }
    expect(failure(() => compile('process.exit(1)', standardRegistry)).code).toBe(
      'SKP_STELLAR_UNKNOWN_FUNCTION',
    );
    expect(failure(() => compile("constructor('return 1')", standardRegistry)).code).toBe(
      'SKP_STELLAR_UNKNOWN_FUNCTION',
    );
    expect(failure(() => compile("__proto__('x')", standardRegistry)).code).toBe(
      'SKP_STELLAR_UNKNOWN_FUNCTION',
    );
  });

  it('shows a function nothing but its arguments: no this, no scopes', () => {
    let seen: unknown[] = [];
    const spy: StellarFunction = {
      ...standardRegistry.get('TRIM')!,
      name: 'SPY',
      pure: false,
      arity: [0, 9],
      call(this: unknown, ...args: unknown[]) {
        seen = [this, ...args];
        return null;
      },
    };
    const capabilities = {};
    compile('SPY(a)', standardRegistry.with([spy])).evaluate([{ a: 1 }], capabilities);
    expect(seen).toEqual([undefined, capabilities, 1]);
  });
});

describe('names that every object inherits', () => {
  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__'])(
    '%s is read only where a message has it itself',
    (name) => {
      const own = JSON.parse(`{"${name}": "own"}`) as Record<string, unknown>;
      for (const [scope, value] of [
        [{}, null],
        [own, 'own'],
      ] as const) {
        expect(evaluate(name, scope)).toBe(value);
        expect(evaluate(`exists(${name})`, scope)).toBe(value !== null);
        expect(evaluate(`_['${name}']`, scope)).toBe(value);
        expect(evaluate(`a['${name}']`, { a: scope })).toBe(value);
        expect(evaluate(`MAP_GET('${name}', a)`, { a: scope })).toBe(value);
        expect(evaluate(`'${name}' in a`, { a: scope })).toBe(value !== null);
      }
      expect(evaluate(`{'a' : 1}['${name}']`)).toBeNull();
      expect(toPlain(evaluate(`MAP_PUT('${name}', 1, {'a' : 1})`))).toEqual(
        JSON.parse(`{"a": 1, "${name}": 1}`),
      );
      expect(Object.keys(Object.prototype)).toEqual([]);
    },
  );
});

describe('a runaway', () => {
  const million = Array.from({ length: 1_000_000 }, (_, i) => i);

  it.each([
    ['a lambda over ten million elements', 'MAP(list, x -> x)', { list: new Array(10_000_000).fill(1) }],
    [
      'lambdas in lambdas',
      'MAP(l, a -> MAP(l, b -> MAP(l, c -> MAP(l, d -> 1))))',
      { l: million.slice(0, 100) },
    ],
    ['a text that doubles by +', "REDUCE(l, (a, b) -> a + a, 'x')", { l: million.slice(0, 100) }],
    [
      'a text that doubles by JOIN',
      "REDUCE(l, (a, b) -> JOIN([a, a], ''), 'x')",
      { l: million.slice(0, 100) },
    ],
    [
      'a large text made again and again',
      "MAP(l, x -> LENGTH(FILL_LEFT('a', 'b', 10000000)))",
      { l: million },
    ],
    [
      'a long text searched again and again',
      'MAP(l, x -> t in text)',
      { l: million, t: 'b', text: 'a'.repeat(100_000) },
    ],
    ['a long list searched again and again', 'MAP(l, x -> -1 in l)', { l: million.slice(0, 300_000) }],
    [
      'long lists compared again and again',
      'MAP(l, x -> l == m)',
      { l: million.slice(0, 300_000), m: million.slice(0, 300_000) },
    ],
    [
      'nested lists compared again and again',
      'MAP(l, x -> a == b)',
      { l: million, a: [million], b: [[...million]] },
    ],
    [
      'a long text hashed again and again',
      "MAP(l, x -> HASH(text, 'SHA-256'))",
      { l: million, text: 'a'.repeat(1_000_000) },
    ],
    ['large Bloom filters', 'MAP(l, x -> BLOOM_INIT(10000000, 0.001))', { l: million }],
    ['large cardinality sketches', 'MAP(l, x -> HLLP_INIT(24))', { l: million }],
    ['a long list indexed and rebuilt', 'MAP(l, x -> LENGTH([l, l]) + LENGTH(l))', { l: million }],
  ])('%s is refused within seconds', (_, source, scope) => {
    let error: StellarError | undefined;
    const milliseconds = timeOf(() => {
      error = failure(() => evaluate(source, scope));
    });
    expect(error?.code).toBe('SKP_STELLAR_BUDGET');
    expect(milliseconds).toBeLessThan(5000);
  });

  it('is refused by the work that an option allows', () => {
    const l = million.slice(0, 1000);
    expect(evaluate('LENGTH(MAP(l, x -> x))', { l }, { stepBudget: 3000 })).toBe(1000);
    const error = failure(() => evaluate('MAP(l, x -> x)', { l }, { stepBudget: 500 }));
    expect(error).toMatchObject({ code: 'SKP_STELLAR_BUDGET', position: { offset: 0 } });
  });

  it('leaves the next evaluation a budget of its own', () => {
    const compiled = compile('LENGTH(MAP(l, x -> x))', standardRegistry);
    failure(() => compiled.evaluate([{ l: new Array(2_000_000).fill(0) }], {}));
    for (let i = 0; i < 20; i += 1)
      expect(compiled.evaluate([{ l: million.slice(0, 200_000) }], {})).toBe(200_000);
  });

  it('costs an expression without lambdas nothing: its code does not count', () => {
    const { javascript } = compile("a == b and c in d and LENGTH(JOIN(e, '')) > 3", standardRegistry);
    expect(javascript.slice(javascript.indexOf('return function'))).not.toMatch(/work|spend/);
  });
});

describe('a catastrophic pattern', () => {
  const text = `${'a'.repeat(40)}!`;
  const patterns = [
    '(a+)+b',
    '(a|a)*b',
    '(a|aa)+b',
    '(a{1,20})+b',
    '(?:a{1,20}){1,20}b',
    '(?=a)(a+)+b',
    '(a+)+\\1b',
    '(?<!b)(a*)*b',
    '(\\p{L}+)+b',
    '(?i)(A+)+b',
    '([a-z]+)*[0-9]',
    '(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)b',
    // Choices without a star in a star, and choices that are counted out.
    '(?=a)(?:a|a)+b',
    '(?=a)(?:a|a|a|a|a|a|a|a)+b',
    '(?=a)(?:aa?)+b',
    '(a?){60}a{60}b',
    '(?=a)(?:a|aa){30,60}b',
    `(?=a)${'(?:a|a)'.repeat(40)}b`,
  ];

  it.each(patterns)('%s ends at once or is refused', (pattern) => {
    for (const hostile of ['a'.repeat(16), text, 'a'.repeat(2000), 'a'.repeat(200_000)]) {
      const milliseconds = timeOf(() => {
        try {
          expect(evaluate('REGEXP_MATCH(t, p)', { t: hostile, p: pattern })).toBe(false);
        } catch (error) {
          expect(error).toMatchObject({ code: 'SKP_STELLAR_BUDGET' });
        }
      });
      expect(milliseconds).toBeLessThan(1500);
    }
  });

  it('is refused wherever a pattern works: groups, replacing, and in the hands of others', () => {
    const scope = { t: 'a'.repeat(60), p: '(?=a)(a+)+b' };
    for (const source of ['REGEXP_GROUP_VAL(t, p, 1)', "REGEXP_REPLACE(t, p, 'x')"])
      expect(failure(() => evaluate(source, scope)).code, source).toBe('SKP_STELLAR_BUDGET');
    const { anywhere } = compilePattern(scope.p);
    expect(() => scope.t.replace(anywhere, '')).toThrow(/took more than/);
    expect(() => [...scope.t.matchAll(anywhere)]).toThrow(/took more than/);
  });

  it('is refused when only all its matches together take long', () => {
    for (const length of [200_000, 2_000_000]) {
      const milliseconds = timeOf(() => {
        const error = failure(() => evaluate("REGEXP_REPLACE(t, 'a.*b|a', 'x')", { t: 'a'.repeat(length) }));
        expect(error.code).toBe('SKP_STELLAR_BUDGET');
      });
      expect(milliseconds).toBeLessThan(5000);
    }
    expect(evaluate("REGEXP_REPLACE(t, 'a', 'x')", { t: 'a'.repeat(100_000) })).toBe('x'.repeat(100_000));
  });

  it('is no reason to limit a usual one: short texts are matched without a clock', () => {
    for (const [pattern, least] of [
      ['(?i).*(cmd|powershell|wscript|cscript|mshta|rundll32|regsvr32)\\.exe.*', 100],
      ['(?i)https?://(www\\.)?example\\.com/.*', 1000],
      ['(?=.*\\d)(?=.*[a-z]).{8,}', 30],
      ['(?i)\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}', 10_000],
    ] as const)
      expect(compilePattern(pattern).freeLength, pattern).toBeGreaterThan(least);
  });

  it('is no reason to refuse a long repetition: it is written out for the linear-time engine', () => {
    for (const pattern of [
      '[a-z]{1,64}@[a-z]{1,255}',
      '(?:\\d{1,3}\\.){3}\\d{1,3}',
      'a{20,}b?',
      '(?:ab{0,40}){3}?',
    ]) {
      expect(compilePattern(pattern).isLinear, pattern).toBe(true);
    }
    expect(compilePattern('[a-z]{1,64}@[a-z]{2,255}').test(`${'a'.repeat(64)}@${'b'.repeat(255)}`)).toBe(
      true,
    );
    expect(compilePattern('[a-z]{1,64}@[a-z]{2,255}').test(`${'a'.repeat(65)}@bb`)).toBe(false);
    expect(compilePattern('a{20,}').test('a'.repeat(19))).toBe(false);
    expect(compilePattern('(?:a{2,30}?)b').exec('aaab')?.[0]).toBe('aaab');
    expect(compilePattern('(a{1,20})').exec('aaa')?.[1]).toBe('aaa');
  });
});
