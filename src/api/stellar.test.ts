import { describe, expect, it } from 'vitest';
import { viewer } from './testing/viewer.ts';

const { get, post } = viewer();

describe('the routes of Stellar', () => {
  it('list transformations and functions', async () => {
    expect((await get('/api/v1/stellar/list')).json()).toEqual(
      expect.arrayContaining(['STELLAR', 'REMOVE', 'RENAME']),
    );
    const functions: { name: string }[] = (await get('/api/v1/stellar/list/functions')).json();
    expect(functions.find(({ name }) => name === 'TO_UPPER')).toEqual({
      name: 'TO_UPPER',
      description: expect.any(String),
      params: [expect.stringContaining(' - ')],
      returns: expect.any(String),
    });
    const simple: { name: string }[] = (await get('/api/v1/stellar/list/simple/functions')).json();
    const names = simple.map(({ name }) => name);
    expect(names).toContain('TO_UPPER');
    expect(names).not.toContain('JOIN');
    expect(names).toEqual([...names].sort());
  });

  it('validate rules by compiling them, and run none', async () => {
    const answer = await post('/api/v1/stellar/validate/rules', [
      "STARTS_WITH(a, 'b')",
      'NOPE(a)',
      '1 +',
      '__proto__',
    ]);
    expect(answer.json()).toMatchObject({ "STARTS_WITH(a, 'b')": true, 'NOPE(a)': false, '1 +': false });
    expect(answer.body).toContain('"__proto__":true');
  });

  it('lint an expression: what is wrong and what will surprise, as data', async () => {
    const wrong = await post('/api/v1/stellar/lint', { expression: 'a == 1 adn b' });
    expect(wrong.json()).toMatchObject({
      valid: false,
      warnings: [],
      problems: [
        {
          code: 'SKP_STELLAR_SYNTAX',
          hint: "did you mean 'and'?",
          position: { offset: 7, line: 1, column: 8 },
          caret: 'a == 1 adn b\n       ^',
          expected: 'an operator or the end of the expression',
        },
      ],
    });
    const unknown = await post('/api/v1/stellar/lint', { expression: 'a and STARTSWITH(b)' });
    expect(unknown.json()).toMatchObject({
      valid: false,
      problems: [
        { code: 'SKP_STELLAR_UNKNOWN_FUNCTION', hint: 'did you mean STARTS_WITH?', position: { offset: 6 } },
      ],
    });
    const odd = await post('/api/v1/stellar/lint', {
      expression: 'ip_src_adr in x == y',
      fields: ['ip_src_addr', 'x', 'y'],
      predicate: true,
    });
    expect(odd.json()).toMatchObject({
      valid: true,
      problems: [],
      warnings: [
        { code: 'SKP_LINT_IN_COMPARISON', span: { offset: 0, end: 20 } },
        { code: 'SKP_LINT_UNKNOWN_FIELD', fixes: [{ replacement: 'ip_src_addr' }] },
      ],
    });
  });

  it('explain what an expression compiles to', async () => {
    const answer = await post('/api/v1/stellar/explain', { expression: 'a + LENGTH(b)' });
    expect(answer.json()).toMatchObject({
      javascript: expect.stringContaining('return function'),
      variables: ['a', 'b'],
      functions: ['LENGTH'],
      places: [{ text: 'LENGTH(b)' }, { text: 'a + LENGTH(b)', position: { offset: 2 } }],
    });
  });

  const apply = (config: object, sampleData: object) =>
    post('/api/v1/stellar/apply/transformations', {
      sampleData,
      sensorParserConfig: { parserClassName: 'JSONMap', sensorTopic: 'test', fieldTransformations: [config] },
    });

  it('apply the transformations of a parser to a sample', async () => {
    const answer = await apply(
      { transformation: 'STELLAR', output: ['host'], config: { host: 'URL_TO_HOST(url)' } },
      { url: 'http://www.example.com/a' },
    );
    expect(answer.json()).toEqual({ url: 'http://www.example.com/a', host: 'www.example.com' });
  });

  it('tell where an expression fails, as data', async () => {
    const answer = await apply(
      { transformation: 'STELLAR', output: ['n'], config: { n: '1 + 10 / zero' } },
      { zero: 0 },
    );
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({
      code: 'SKP_STELLAR_ARITHMETIC',
      message: 'a whole number is divided by zero',
      position: 7,
      line: 1,
      column: 8,
      span: { offset: 4, end: 13 },
      caret: '1 + 10 / zero\n       ^',
    });
  });

  it('refuse a configuration that is wrong', async () => {
    const answer = await apply({ transformation: 'NOPE' }, {});
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({
      code: 'SKP_CONFIG_INVALID',
      message: expect.stringContaining('NOPE'),
    });
  });
});
