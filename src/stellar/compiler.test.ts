import { describe, expect, it } from 'vitest';
import { CompileCache } from './cache.ts';
import { compile } from './compiler.ts';
import { StellarError } from './errors.ts';
import type { Capabilities, CompileOptions, StellarFunction } from './expression.ts';
import { standardRegistry } from './functions/index.ts';
import { kindOf, StellarDouble, textOf, toPlain } from './values.ts';

function evaluate(
  source: string,
  scope: Record<string, unknown> = {},
  options: CompileOptions = {},
): unknown {
  return compile(source, standardRegistry, options).evaluate([scope], {});
}

function failure(run: () => unknown): StellarError {
  try {
    run();
  } catch (error) {
    if (error instanceof StellarError) return error;
    throw error;
  }
  throw new Error('nothing was raised');
}

describe('variables', () => {
  it('come from the first scope that has a value', () => {
    const compiled = compile('a', standardRegistry);
    expect(compiled.evaluate([{}, { a: null }, { a: 2 }], {})).toBe(2);
    expect(compiled.evaluate([{}, {}, {}, {}, { a: 5 }], {})).toBe(5);
    expect(compiled.evaluate([], {})).toBeNull();
  });

  it('are null when absent, and raise when they must not be', () => {
    expect(evaluate('nothing.here')).toBeNull();
    expect(failure(() => evaluate('1 + nothing', {}, { strictVariables: true })).position?.column).toBe(5);
  });

  it('are listed, with the lambda parameters that are used', () => {
    expect(compile('MAP(a, x -> x + b.c) == _', standardRegistry).variables).toEqual(['a', 'x', 'b.c', '_']);
  });

  it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty', 'valueOf', '__defineGetter__'])(
    'called %s are read only where a message has them itself',
    (name) => {
      expect(evaluate(name)).toBeNull();
      expect(evaluate(`exists(${name})`)).toBe(false);
      expect(evaluate(name, JSON.parse(`{${JSON.stringify(name)}: 7}`))).toBe(7);
    },
  );

  it('are all in _, also those whose names cannot be written', () => {
    expect(evaluate("MAP_GET('user-name', _)", { 'user-name': 'alice' })).toBe('alice');
    expect(evaluate("MAP_GET('constructor', _)")).toBeNull();
    expect(failure(() => evaluate("MAP_PUT('a', 1, _)")).code).toBe('SKP_STELLAR_TYPE');
  });
});

describe('generated code', () => {
  const hostile = [
    "'); globalThis.broken = 1; ('",
    '"]; globalThis.broken = 1; //',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: text that tries to be code.
    '`${globalThis.broken = 1}`',
    '\\',
    '\u2028globalThis.broken = 1',
    '\0',
  ];

  it.each(hostile)('takes the string %j as data', (text) => {
    const literal = `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
    expect(evaluate(literal)).toBe(text);
    expect(evaluate(`MAP_GET(${literal}, {${literal} : 1})`)).toBe(1);
    expect(evaluate(`a == ${literal}`, { a: text })).toBe(true);
    expect(evaluate(`a in [${literal}, 'b']`, { a: text })).toBe(true);
    expect(globalThis).not.toHaveProperty('broken');
  });

  it.each([
    'process',
    'globalThis',
    'R',
    'K',
    'F',
    'scopes',
    'c',
    'at',
    's0',
    't0',
    'k0',
    'f0',
    'budget',
    'source',
    'n',
    'arguments',
    'this',
    'lookup',
    'eval',
  ])('lets no expression reach the JavaScript name %s', (name) => {
    expect(evaluate(name)).toBeNull();
    expect(evaluate(`GET_FIRST(MAP([1], ${name} -> ${name}))`)).toBe(1);
    expect(evaluate(`exists(${name})`)).toBe(false);
    expect(failure(() => evaluate(`${name}(1)`)).code).toBe('SKP_STELLAR_UNKNOWN_FUNCTION');
  });

  it('holds numbers, regular expressions and subnets ready', () => {
    expect(compile('1 + 2 * 3', standardRegistry).javascript).toContain('return 7;');
    expect(compile("TO_UPPER('abc')", standardRegistry).javascript).toContain('return "ABC";');
    expect(compile("a in ['1','2','3','4','5','6','7','8']", standardRegistry).javascript).toContain('.has(');
  });

  it('makes each literal list anew, so that no evaluation sees what another added', () => {
    const compiled = compile("LIST_ADD(['a'], b)", standardRegistry);
    expect(compiled.evaluate([{ b: 1 }], {})).toEqual(['a', 1]);
    expect(compiled.evaluate([{ b: 2 }], {})).toEqual(['a', 2]);
  });

  it('does not evaluate what is skipped', () => {
    expect(evaluate('false and 1/0 == 1')).toBe(false);
    expect(evaluate('true or NOPE()', {}, { calls: 'deferred' })).toBe(true);
    expect(evaluate("if true then 'a' else 1/0")).toBe('a');
  });
});

describe('numbers', () => {
  it.each([
    ['1 + 1', 'int', '2'],
    ['1 + 1L', 'long', '2'],
    ['1.5 + 0.5', 'double', '2.0'],
    ['1.5f + 0.5f', 'float', '2.0'],
    ['2147483647 + 1', 'long', '2147483648'],
    ['9223372036854775807L + 1', 'long', '9223372036854775808'],
    ['7 / 2', 'int', '3'],
    ['7 / 2.0', 'double', '3.5'],
    ['-7 / 2', 'int', '-3'],
    ['0 * -5', 'int', '0'],
    ['a + 1', 'int', '1'],
    ['3000000000L * 4', 'long', '12000000000'],
  ])('%s is a %s', (source, kind, text) => {
    const value = evaluate(source);
    expect([kindOf(value), textOf(value)]).toEqual([kind, text]);
  });

  it('of JSON keep their kind through arithmetic with doubles', () => {
    expect(evaluate('a / 2', { a: new StellarDouble(5) })).toBe(2.5);
    expect(toPlain(evaluate('a * 1.0', { a: 5 }))).toBe(5);
    expect(JSON.stringify({ value: evaluate('a * 1.0', { a: 5 }) })).toBe('{"value":5}');
  });

  it('raise when a whole number is divided by zero, and say where', () => {
    const error = failure(() => evaluate('10 + a / b', { a: 1, b: 0 }));
    expect(error.code).toBe('SKP_STELLAR_ARITHMETIC');
    expect(error.position?.column).toBe(8);
  });

  it('compare by value and find their like in collections by kind', () => {
    expect(evaluate('1 == 1.0')).toBe(true);
    expect(evaluate('1 in [1L, 2.0]')).toBe(false);
    expect(evaluate('a in [1, 2]', { a: 2 })).toBe(true);
    expect(evaluate('1L in SET_INIT([1L])')).toBe(true);
  });
});

describe('an error while evaluating', () => {
  it('points at the call that raised it', () => {
    const error = failure(() => evaluate("LENGTH(TO_UPPER(a)) + LENGTH(GET(b, 'x'))", { a: 'a', b: [] }));
    expect(error.position?.offset).toBe(29);
    expect(error.message).toContain('GET needs an int');
  });

  it('points into the lambda where it was raised', () => {
    expect(failure(() => evaluate('MAP([1, 0], x -> 1 / x)')).position?.offset).toBe(19);
  });

  it('keeps a foreign error as its cause', () => {
    const broken: StellarFunction = {
      ...standardRegistry.get('TRIM')!,
      name: 'BROKEN',
      call: () => {
        throw new Error('disk on fire');
      },
    };
    const error = failure(() => compile('BROKEN(a)', standardRegistry.with([broken])).evaluate([{}], {}));
    expect(error.code).toBe('SKP_STELLAR_FUNCTION');
    expect((error.cause as Error).message).toBe('disk on fire');
  });
});

describe('static checks', () => {
  it('name the nearest function', () => {
    const error = failure(() => compile("STARTSWITH(a, 'b')", standardRegistry));
    expect(error.hint).toBe('did you mean STARTS_WITH?');
  });

  it('count arguments', () => {
    expect(failure(() => compile('GET(a)', standardRegistry)).detail).toBe(
      'GET takes at least 2 arguments, not 1',
    );
  });

  it('may be put off, and are told nevertheless', () => {
    const compiled = compile('a and NOPE()', standardRegistry, { calls: 'deferred' });
    expect(compiled.problems).toHaveLength(1);
    expect(compiled.evaluate([{ a: false }], {})).toBe(false);
    expect(failure(() => compiled.evaluate([{ a: true }], {})).position?.column).toBe(7);
  });
});

describe('a predicate', () => {
  it('must give a boolean or null', () => {
    expect(evaluate('a', { a: true }, { predicate: true })).toBe(true);
    expect(evaluate('a', {}, { predicate: true })).toBeNull();
    expect(failure(() => evaluate('a', { a: 'true' }, { predicate: true })).code).toBe(
      'SKP_STELLAR_PREDICATE',
    );
  });

  it('holds when it is blank', () => {
    expect(evaluate(' \n', {}, { predicate: true })).toBe(true);
    expect(evaluate(' \n')).toBeNull();
  });
});

describe('waiting', () => {
  const enrichmentStore: Capabilities['enrichmentStore'] = {
    get: async (_table, _type, indicator) => (indicator === 'known' ? { level: 'high' } : undefined),
  } as const;

  it('makes only those expressions asynchronous that call a function which waits', () => {
    expect(compile("TO_UPPER('a')", standardRegistry).isAsync).toBe(false);
    expect(compile("ENRICHMENT_EXISTS('t', a, 'e', 'f')", standardRegistry).isAsync).toBe(true);
  });

  it('goes on with the result in its place', async () => {
    const compiled = compile(
      "if ENRICHMENT_EXISTS('t', ip, 'e', 'f') then MAP_GET('level', ENRICHMENT_GET('t', ip, 'e', 'f')) else 'none'",
      standardRegistry,
    );
    expect(await compiled.evaluate([{ ip: 'known' }], { enrichmentStore })).toBe('high');
    expect(await compiled.evaluate([{ ip: 'other' }], { enrichmentStore })).toBe('none');
  });

  it('works inside of lambdas', async () => {
    const compiled = compile("FILTER(ips, ip -> ENRICHMENT_EXISTS('t', ip, 'e', 'f'))", standardRegistry);
    expect(await compiled.evaluate([{ ips: ['a', 'known'] }], { enrichmentStore })).toEqual(['known']);
  });

  it('names a capability that is absent, and where it was needed', async () => {
    const compiled = compile("1 == 1 and ENRICHMENT_EXISTS('t', 'a', 'e', 'f')", standardRegistry);
    await expect(compiled.evaluate([{}], {})).rejects.toMatchObject({
      code: 'SKP_STELLAR_CAPABILITY',
      position: { offset: 11 },
    });
  });
});

describe('budgets', () => {
  it('stop lambdas that run too often', () => {
    const list = Array.from({ length: 1100 }, (_, i) => i);
    expect(failure(() => evaluate('MAP(list, x -> MAP(list, y -> x))', { list })).code).toBe(
      'SKP_STELLAR_BUDGET',
    );
    expect(failure(() => evaluate('MAP(list, x -> x)', { list }, { stepBudget: 1000 })).code).toBe(
      'SKP_STELLAR_BUDGET',
    );
    expect(evaluate('LENGTH(MAP(list, x -> x))', { list })).toBe(1100);
  });

  it('stop text that grows without bound', () => {
    const list = Array.from({ length: 64 }, (_, i) => i);
    expect(failure(() => evaluate("REDUCE(list, (a, b) -> JOIN([a, a], ''), 'x')", { list })).code).toBe(
      'SKP_STELLAR_BUDGET',
    );
    expect(failure(() => evaluate("FILL_LEFT('a', 'b', 2000000000)")).code).toBe('SKP_STELLAR_BUDGET');
  });

  it('stop searches that would compare every collection with every other', () => {
    const list = Array.from({ length: 20_000 }, (_, i) => i);
    expect(failure(() => evaluate('SET_INIT(MAP(list, x -> [x]))', { list })).code).toBe(
      'SKP_STELLAR_BUDGET',
    );
    expect(evaluate('LENGTH(SET_INIT(MAP(list, x -> ABS(x))))', { list })).toBe(20_000);
  });

  it('stop formats that grow without bound', () => {
    expect(failure(() => evaluate('FORMAT(f, 1)', { f: '%1$99999d'.repeat(10_000) })).code).toBe(
      'SKP_STELLAR_BUDGET',
    );
  });

  it('stop collections that hold themselves many times over', () => {
    const list = Array.from({ length: 64 }, (_, i) => i);
    expect(failure(() => evaluate('TO_STRING(REDUCE(list, (a, b) -> [a, a], [1]))', { list })).code).toBe(
      'SKP_STELLAR_BUDGET',
    );
  });
});

describe('look-ups', () => {
  it('hand out maps that may be changed without changing what the service keeps', () => {
    const kept = { country: 'NL', city: 'Delft' };
    const geo = { get: (ip: string) => (ip === '192.0.2.1' ? kept : null) };
    const run = (source: string) =>
      compile(source, standardRegistry).evaluate([{ ip: '192.0.2.1' }], { geo });
    expect(run("MAP_PUT('city', 'none', GEO_GET(ip))")).toEqual({ country: 'NL', city: 'none' });
    expect(kept.city).toBe('Delft');
    expect(run("GEO_GET(ip, ['country'])")).toBe('NL');
    expect(toPlain(run("GEO_GET(ip, ['country', 'constructor'])"))).toEqual({
      country: 'NL',
      constructor: null,
    });
    expect(toPlain(run("GEO_GET('198.51.100.1')"))).toEqual({});
    expect(run("GEO_GET('198.51.100.1', ['country'])")).toBeNull();
    expect(run("GEO_GET('  ')")).toBeNull();
  });

  it('answer at once when the store does', async () => {
    const enrichmentStore = { get: () => ({ level: 'high' }) };
    const compiled = compile("MAP_GET('level', ENRICHMENT_GET('t', 'a', 'e', 'f'))", standardRegistry);
    expect(await compiled.evaluate([{}], { enrichmentStore })).toBe('high');
  });
});

describe('the compile cache', () => {
  it('compiles an expression once and forgets the one asked for longest ago', () => {
    const cache = new CompileCache(standardRegistry, {}, 2);
    const first = cache.get('1');
    cache.get('2');
    expect(cache.get('1')).toBe(first);
    cache.get('3');
    expect(cache.size).toBe(2);
    expect(cache.get('1')).toBe(first);
  });
});
