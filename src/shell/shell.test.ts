import { describe, expect, it } from 'vitest';
import { standardRegistry } from '../stellar/index.ts';
import { complete, isUnfinished, Shell, type ShellResult } from './index.ts';

const shellOf = (options: Partial<ConstructorParameters<typeof Shell>[0]> = {}): Shell =>
  new Shell({ registry: standardRegistry, ...options });

const resultOf = (result: ShellResult): unknown =>
  result.status === 'success' && result.kind === 'value' ? result.value : result;

const textOf = (result: ShellResult): unknown =>
  result.status === 'success' && result.kind === 'text' ? result.text : result;

const errorOf = (result: ShellResult): string =>
  result.status === 'error' ? result.error.message : JSON.stringify(result);

describe('the shell', () => {
  it('keeps what was assigned for later lines', async () => {
    const shell = shellOf();
    await shell.run('x := 2 + 2');
    expect(resultOf(await shell.run('x + 1'))).toBe(5);
    expect(textOf(await shell.run('%vars'))).toBe('x = 4 via `2 + 2`');
  });

  it('takes a := inside of a string as part of the string', async () => {
    const shell = shellOf();
    expect(resultOf(await shell.run("LENGTH('a := b')"))).toBe(6);
    expect(shell.session.variables).toEqual([]);
  });

  it('says what a name must look like when something else is assigned to', async () => {
    expect(errorOf(await shellOf().run('1 + 1 := 3'))).toContain('cannot be the name of a variable');
    expect(errorOf(await shellOf().run(' := 3'))).toContain("nothing stands before ':='");
  });

  it('leaves a variable as it was when its new expression fails', async () => {
    const shell = shellOf();
    await shell.run('x := 1');
    expect((await shell.run('x := 1/0')).status).toBe('error');
    expect(resultOf(await shell.run('x'))).toBe(1);
  });

  it('takes variables with the names that all objects inherit', async () => {
    const shell = shellOf({ variables: JSON.parse('{"__proto__": 1, "constructor": 2}') });
    expect(resultOf(await shell.run('constructor'))).toBe(2);
    expect(resultOf(await shell.run('__proto__ + 1'))).toBe(2);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
    await shell.run('toString := 5');
    expect(resultOf(await shell.run('toString'))).toBe(5);
  });

  it('defines globals for the session, which functions see', async () => {
    const shell = shellOf({ globals: { kept: 1 } });
    await shell.run("%define added := 'a'");
    expect(shell.session.globals).toEqual({ kept: 1, added: 'a' });
    await shell.run('%undefine kept');
    expect(textOf(await shell.run('%globals'))).toBe('{added=a}');
  });

  it('refuses a global without a value', async () => {
    expect(errorOf(await shellOf().run('%define x := nothing'))).toContain('is null');
    expect(errorOf(await shellOf().run('%define x'))).toContain('Nothing to define');
  });

  it('names the nearest function when documentation of an unknown one is asked for', async () => {
    const result = await shellOf().run('?TO_UPER');
    expect(result.status === 'error' && 'hint' in result.error && result.error.hint).toContain('TO_UPPER');
  });

  it('lists the commands when one is unknown', async () => {
    const result = await shellOf().run('%nothing');
    expect(result.status === 'error' && 'hint' in result.error && result.error.hint).toContain('%functions');
  });

  it('opens what an expression needs before it runs, and nothing else', async () => {
    const opened: string[][] = [];
    const shell = shellOf({
      capabilities: { geo: { get: () => ({ country: 'US' }) } },
      prepare: (names) => void opened.push([...names]),
    });
    await shell.run('1 + 1');
    await shell.run("GEO_GET('8.8.8.8', ['country'])");
    expect(opened).toEqual([[], ['geo']]);
  });

  it('shows the JavaScript of an expression', async () => {
    const result = await shellOf().run("%explain user == 'x'");
    expect(result.status === 'success' && result.kind === 'explanation' && result.compiled.variables).toEqual(
      ['user'],
    );
  });
});

describe('the lint', () => {
  it('warns beside the value of what may surprise', async () => {
    const result = await shellOf().run('x := 10/4*2');
    expect(result).toMatchObject({ value: 1, target: 'x', warnings: [{ code: 'SKP_LINT_DIVISION' }] });
    expect(await shellOf().run('10/5')).not.toHaveProperty('warnings');
  });

  it('knows the variables of the session when asked', async () => {
    const shell = shellOf();
    await shell.run("user := 'bob'");
    expect(await shell.run("%lint usr == 'bob'")).toMatchObject({
      kind: 'warnings',
      warnings: [{ code: 'SKP_LINT_UNKNOWN_FIELD', fixes: [{ replacement: 'user' }] }],
    });
    expect(await shell.run('%lint')).toMatchObject({ status: 'error' });
  });
});

describe('completion', () => {
  const names = {
    functions: ['SPLIT', 'SUBSTRING'],
    variables: ['ip_src_addr', 'size'],
    commands: ['%vars'],
  };

  it('offers functions with their bracket, and variables', () => {
    expect(complete('S', names).candidates).toEqual(['SPLIT(', 'SUBSTRING(']);
    expect(complete('ip', names).candidates).toEqual(['ip_src_addr']);
  });

  it('completes the name behind a bracket or an operator', () => {
    expect(complete('SPLIT(ip_', names)).toEqual({ word: 'ip_', candidates: ['ip_src_addr'] });
    expect(complete("x=='a'&&si", names)).toEqual({ word: 'si', candidates: ['size'] });
  });

  it('offers functions to read about after ?, commands after %', () => {
    expect(complete('?SU', names).candidates).toEqual(['?SUBSTRING']);
    expect(complete('%v', names).candidates).toEqual(['%vars']);
  });

  it('offers nothing for an empty word', () => {
    expect(complete('x + ', names).candidates).toEqual([]);
  });
});

describe('input over several lines', () => {
  it.each(['2 +', 'SPLIT(a,', "x := ['a',", '{ "a" : ', "'open text", 'match { a => 1,', 'if a then'])(
    'goes on after %s',
    (input) => {
      expect(isUnfinished(input, standardRegistry)).toBe(true);
    },
  );

  it.each(['2 + 2', '', 'x := 1', '%vars (', '# (', '?SPLIT(', 'a b', '2 + )', 'UNKNOWN(1)'])(
    'ends after %s',
    (input) => {
      expect(isUnfinished(input, standardRegistry)).toBe(false);
    },
  );
});

describe('variables with names that no identifier may have', () => {
  const names = [
    "a'b",
    'a"b',
    'a`b',
    'a\u2028b',
    '$' + '{globalThis.broken = 1}',
    '");globalThis.broken = 1;//',
    'a\nb',
    '\0',
    '__proto__',
    'constructor',
  ];

  it.each(names)('%j is a name like others', async (name) => {
    const shell = shellOf({ variables: JSON.parse(`{${JSON.stringify(name)}: 7}`) });
    const written = `'${name.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
    expect(resultOf(await shell.run(`_[${written}]`))).toBe(7);
    expect(resultOf(await shell.run(`MAP([1], x -> MAP_GET(${written}, _))`))).toEqual([7]);
    expect(textOf(await shell.run('%vars'))).toBe(`${name} = 7`);
    await shell.run(`${name} := 8`);
    await shell.run(`%define ${name} := 9`);
    await shell.run(`%explain ${name}`);
    expect(Reflect.has(globalThis, 'broken')).toBe(false);
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as Record<string, unknown>)['a']).toBeUndefined();
  });
});
