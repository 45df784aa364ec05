import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ConfigChecks, type DocumentKind, formatProblem, parseDocument } from './index.ts';

const checks: ConfigChecks = {
  parserClassNames: ['asa', 'org.apache.metron.parsers.asa.BasicAsaParser', 'snort'],
  compileCheck: (expression) =>
    expression.includes('+*') ? { message: 'a value was expected', offset: expression.indexOf('*') } : null,
};

function problemsOf(kind: DocumentKind, text: string) {
  return parseDocument(kind, text, { file: 'some.json', sensor: 'some', checks }).problems;
}

function onlyProblem(kind: DocumentKind, text: string) {
  const problems = problemsOf(kind, text);
  expect(problems, problems.map(formatProblem).join('\n')).toHaveLength(1);
  return problems[0]!;
}

function rule(score: string): string {
  return `{"threatIntel": {"triageConfig": {"riskLevelRules": [
    {"rule": "true", "score": 1},
    {"rule": "x == 1",
     "score": ${score}}
  ]}}}`;
}

describe('JSON of a configuration', () => {
  it('may have comments, trailing commas and a byte order mark', () => {
    const text =
      '\ufeff// one\n{ /* two */ "parserClassName": "asa", // three\n "parserConfig": {"a": [1, 2,],}, }';
    expect(parseDocument('parser', text, { file: 'x', sensor: 'fw', checks }).value).toMatchObject({
      parserClassName: 'asa',
      parserConfig: { a: [1, 2] },
    });
  });

  it('is refused with the place where it ends to be JSON', () => {
    const problem = onlyProblem('global', '{\n  "a": 1\n  "b": 2\n}');
    expect(problem).toMatchObject({ code: 'SKP_CONFIG_SYNTAX', line: 3, column: 3 });
    expect(problem.message).toBe('expected "," before the next entry, found "\\"b\\""');
    expect(problemsOf('global', "{'a': 1}")[0]).toMatchObject({
      code: 'SKP_CONFIG_SYNTAX',
      line: 1,
      column: 2,
    });
    expect(problemsOf('global', '')[0]).toMatchObject({ code: 'SKP_CONFIG_SYNTAX' });
    expect(problemsOf('global', '// only a comment')[0]).toMatchObject({ code: 'SKP_CONFIG_SYNTAX' });
    expect(problemsOf('global', '{"a": tru}')[0]).toMatchObject({ code: 'SKP_CONFIG_SYNTAX', column: 7 });
  });

  it('is refused when it is nested without end, and brackets in texts and comments are not counted', () => {
    expect(onlyProblem('global', '['.repeat(200_000))).toMatchObject({ code: 'SKP_CONFIG_SYNTAX' });
    expect(onlyProblem('global', '{"a":'.repeat(200_000))).toMatchObject({ code: 'SKP_CONFIG_SYNTAX' });
    expect(problemsOf('global', `{"a": "${'[{'.repeat(500)}" /* ${'[{'.repeat(500)} */ }`)).toEqual([]);
  });

  it('lets no key reach a prototype', () => {
    expect(onlyProblem('global', '{"a": {"__proto__": {"polluted": 1}}}')).toMatchObject({
      code: 'SKP_CONFIG_VALUE',
      path: 'a.__proto__',
    });
    const { value } = parseDocument('global', '{"constructor": 1, "toString": {"constructor": 2}}', {
      file: 'x',
    });
    expect(value).toEqual({ constructor: 1, toString: { constructor: 2 } });
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  it('with a key twice gets a warning, and the second one counts', () => {
    const { value, problems } = parseDocument('global', '{"my.key": 1,\n "my.key": 2}', { file: 'x' });
    expect(value).toEqual({ 'my.key': 2 });
    expect(problems).toMatchObject([
      { code: 'SKP_CONFIG_DUPLICATE', severity: 'warning', line: 2, column: 2 },
    ]);
  });
});

describe('An error', () => {
  it('names file, path, line and column, what was expected and what was found', () => {
    const problem = onlyProblem('enrichment', rule('[1]'));
    expect(formatProblem(problem)).toBe(
      'some.json:4:15: error: threatIntel.triageConfig.riskLevelRules[1].score: expected a number or a Stellar expression (a text), found [1]',
    );
  });

  it('for an unknown key suggests the nearest one, at any depth', () => {
    for (const [kind, text, hint] of [
      ['enrichment', '{"enrichmentt": {}}', '"enrichment"'],
      ['enrichment', '{"enrichment": {"fieldMapp": {}}}', '"fieldMap"'],
      ['enrichment', '{"enrichment": {"fieldMap": {"stellar": {"confg": {}, "config": {}}}}}', '"config"'],
      ['enrichment', rule('1, "coment": "x"'), '"comment"'],
      ['parser', '{"parserClassName": "asa", "sensortopic": "x"}', '"sensorTopic"'],
      ['indexing', '{"hdfs": {"bachSize": 5}}', '"batchSize"'],
      ['global', '{"bus": {"partition": 1}}', '"partitions"'],
      ['listeners', '[{"name": "h", "type": "http", "maxBodyByte": 5000}]', '"maxBodyBytes"'],
    ] as const) {
      expect(onlyProblem(kind, text)).toMatchObject({
        code: 'SKP_CONFIG_UNKNOWN_KEY',
        hint: `Did you mean ${hint}?`,
      });
    }
  });

  it('for an unknown key that nothing is near lists the known ones', () => {
    expect(onlyProblem('indexing', '{"kafka": {}}').hint).toBe(
      'Known here: elasticsearch, solr, hdfs, duckdb.',
    );
  });

  it('for a missing key says where to add it', () => {
    expect(onlyProblem('parser', '{"parserConfig": {}}')).toMatchObject({
      code: 'SKP_CONFIG_MISSING',
      path: 'parserClassName',
      message: 'expected a text, found nothing',
      hint: 'Add "parserClassName".',
    });
    expect(
      onlyProblem('enrichment', '{"threatIntel": {"triageConfig": {"riskLevelRules": [{"score": 1}]}}}'),
    ).toMatchObject({
      code: 'SKP_CONFIG_MISSING',
      hint: expect.stringContaining('Add "rule" to threatIntel.triageConfig.riskLevelRules[0].'),
    });
  });

  it('for a value out of a list suggests the nearest', () => {
    expect(
      onlyProblem('enrichment', '{"threatIntel": {"triageConfig": {"aggregator": "max"}}}'),
    ).toMatchObject({
      code: 'SKP_CONFIG_VALUE',
      hint: 'Did you mean "MAX"?',
    });
    expect(onlyProblem('listeners', '[{"name": "a", "type": "sylog"}]')).toMatchObject({
      code: 'SKP_CONFIG_VALUE',
      path: '[0].type',
      hint: 'Did you mean "syslog"?',
    });
  });

  it('inside of one of the forms that a value may have is said there', () => {
    const text = '{"enrichment": {"fieldMap": {"geo": {"type": "LISTT", "config": ["ip"]}}}}';
    expect(onlyProblem('enrichment', text)).toMatchObject({
      path: 'enrichment.fieldMap.geo.type',
      hint: 'Did you mean "LIST"?',
    });
  });

  it('shortens what was found', () => {
    expect(
      onlyProblem('parser', `{"parserClassName": ${JSON.stringify(['x'.repeat(5000)])}}`).message.length,
    ).toBeLessThan(120);
  });

  it('does not hide the others', () => {
    const text =
      '{"parserClasName": "asa", "rawMessageStrategy": 1, "fieldTransformations": [{"input": 5}, 7]}';
    expect(
      problemsOf('parser', text)
        .map(({ path: at }) => at)
        .sort(),
    ).toEqual([
      'fieldTransformations[0].input',
      'fieldTransformations[0].transformation',
      'fieldTransformations[1]',
      'parserClasName',
      'parserClassName',
      'rawMessageStrategy',
    ]);
  });

  it('in a key does not keep expressions and adapters from being looked at', () => {
    const text =
      '{"threatIntell": {}, "enrichment": {"fieldMap": {"gio": ["a"], "stellar": {"config": {"x": "1 +* 2"}}}}}';
    expect(problemsOf('enrichment', text).map(({ code }) => code)).toEqual([
      'SKP_CONFIG_UNKNOWN_KEY',
      'SKP_CONFIG_ADAPTER',
      'SKP_CONFIG_EXPRESSION',
    ]);
  });
});

describe('A parser file', () => {
  it('gets the defaults of the reference system', () => {
    const { value } = parseDocument('parser', '{"parserClassName": "asa"}', {
      file: 'x',
      sensor: 'fw',
      checks,
    });
    expect(value).toEqual({
      parserClassName: 'asa',
      sensorTopic: 'fw',
      outputTopic: 'enrichments',
      readMetadata: false,
      mergeMetadata: false,
      rawMessageStrategy: 'DEFAULT',
      rawMessageStrategyConfig: {},
      parserConfig: {},
      fieldTransformations: [],
      cacheConfig: {},
    });
  });

  it('with ENVELOPE reads and merges metadata unless told otherwise, and needs the field of the message', () => {
    const envelope = (rest: string) => `{"parserClassName": "asa", "rawMessageStrategy": "ENVELOPE"${rest}}`;
    const text = envelope(', "rawMessageStrategyConfig": {"messageField": "data"}, "mergeMetadata": false');
    expect(parseDocument('parser', text, { file: 'x' }).value).toMatchObject({
      readMetadata: true,
      mergeMetadata: false,
    });
    expect(onlyProblem('parser', envelope(''))).toMatchObject({
      code: 'SKP_CONFIG_MISSING',
      path: 'rawMessageStrategyConfig.messageField',
    });
  });

  it('may say null for what is not set, but not for parserConfig', () => {
    expect(
      problemsOf('parser', '{"parserClassName": "asa", "filterClassName": null, "numWorkers": null}'),
    ).toEqual([]);
    expect(onlyProblem('parser', '{"parserClassName": "asa", "parserConfig": null}')).toMatchObject({
      code: 'SKP_CONFIG_TYPE',
    });
  });

  it('must name a known parser, transformation and filter', () => {
    expect(
      onlyProblem('parser', '{"parserClassName": "org.apache.metron.parsers.asa.BasicAsaParse"}'),
    ).toMatchObject({
      code: 'SKP_CONFIG_PARSER',
      hint: 'Did you mean "org.apache.metron.parsers.asa.BasicAsaParser"?',
    });
    expect(
      onlyProblem(
        'parser',
        '{"parserClassName": "asa", "fieldTransformations": [{"transformation": "STELAR"}]}',
      ),
    ).toMatchObject({
      hint: 'Did you mean "STELLAR"?',
    });
    expect(onlyProblem('parser', '{"parserClassName": "asa", "filterClassName": "QUERY"}')).toMatchObject({
      path: 'filterClassName',
    });
  });

  it('has its expressions compiled, with the place of the fault in the file', () => {
    const text = `{"parserClassName": "asa", "filterClassName": "STELLAR", "parserConfig": {"filter.query": "a +* b"},
 "fieldTransformations": [{"transformation": "STELLAR", "config": {"x": "\\"\\u0041\\" +* 1", "y": null}}]}`;
    expect(problemsOf('parser', text)).toMatchObject([
      { code: 'SKP_CONFIG_EXPRESSION', path: 'parserConfig["filter.query"]', line: 1 },
      {
        code: 'SKP_CONFIG_EXPRESSION',
        path: 'fieldTransformations[0].config.x',
        line: 2,
        column: text.split('\n')[1]!.indexOf('*') + 1,
      },
    ]);
  });

  it('warns of settings that have no effect here', () => {
    const problems = problemsOf('parser', '{"parserClassName": "asa", "numWorkers": 2, "spoutConfig": {}}');
    expect(problems).toMatchObject([{ code: 'SKP_CONFIG_NO_EFFECT', severity: 'warning' }]);
    expect(problems[0]!.message).toContain('numWorkers, spoutConfig');
  });
});

describe('An enrichment file', () => {
  const normal = (text: string) => parseDocument('enrichment', text, { file: 'x', checks }).value;

  it('keeps scores as expressions, numbers as Stellar can read them', () => {
    const scores = [
      ['10', '10'],
      ['10.5', '10.5'],
      ['-1', '-1'],
      ['"a + 1"', 'a + 1'],
      ['1e21', '1000000000000000000000'],
      ['1e-7', '0.0000001'],
    ];
    for (const [written, expression] of scores) {
      expect(normal(rule(written!))?.threatIntel.triageConfig.riskLevelRules[1]).toEqual({
        rule: 'x == 1',
        scoreExpression: expression,
      });
    }
  });

  it('keeps the first of two rules with the same text, with a warning', () => {
    const text = rule('2').replace('x == 1', 'true');
    expect(normal(text)?.threatIntel.triageConfig.riskLevelRules).toEqual([
      { rule: 'true', scoreExpression: '1' },
    ]);
    expect(onlyProblem('enrichment', text)).toMatchObject({
      code: 'SKP_CONFIG_DUPLICATE',
      severity: 'warning',
      line: 3,
    });
  });

  it('treats a list of fields in an object like the list', () => {
    expect(
      normal('{"enrichment": {"fieldMap": {"geo": {"type": "LIST", "config": ["ip"]}}}}')?.enrichment
        .fieldMap,
    ).toEqual({ geo: ['ip'] });
    expect(normal('{"enrichment": {"fieldMap": {"stellar": ["a := 1"]}}}')?.enrichment.fieldMap).toEqual({
      stellar: { type: 'STELLAR', config: ['a := 1'] },
    });
  });

  it('must name adapters of its stage', () => {
    expect(onlyProblem('enrichment', '{"enrichment": {"fieldMap": {"hbaseThreatIntel": []}}}')).toMatchObject(
      {
        code: 'SKP_CONFIG_ADAPTER',
        hint: 'Move it to threatIntel.fieldMap.',
      },
    );
    expect(onlyProblem('enrichment', '{"threatIntel": {"fieldMap": {"hbaseThreatIntl": []}}}')).toMatchObject(
      {
        hint: 'Did you mean "hbaseThreatIntel"?',
      },
    );
    const own = { enrichmentAdapters: ['mine'] };
    expect(
      parseDocument('enrichment', '{"enrichment": {"fieldMap": {"mine": ["a"]}}}', { file: 'x', checks: own })
        .problems,
    ).toEqual([]);
  });

  it('has all of its expressions compiled', () => {
    const text = `{"enrichment": {"fieldMap": {"stellar": {"config": {"a": "1 +* 1", "g": ["x := 2 +* 2", "y := 3"], "h": {"z": "3 +* 3"}}}}},
      "threatIntel": {"fieldMap": {"stellar": {"config": ["v := 4 +* 4"]}},
        "triageConfig": {"riskLevelRules": [{"rule": "5 +* 5", "score": "6 +* 6", "reason": "7 +* 7"}, {"rule": "  ", "score": 1, "reason": ""}]}}}`;
    expect(problemsOf('enrichment', text).map(({ path: at }) => at)).toEqual([
      'enrichment.fieldMap.stellar.config.a',
      'enrichment.fieldMap.stellar.config.g[0]',
      'enrichment.fieldMap.stellar.config.h.z',
      'threatIntel.fieldMap.stellar.config[0]',
      'threatIntel.triageConfig.riskLevelRules[0].rule',
      'threatIntel.triageConfig.riskLevelRules[0].score',
      'threatIntel.triageConfig.riskLevelRules[0].reason',
    ]);
  });

  it('warns where reference data would never be looked up', () => {
    const text =
      '{"enrichment": {"fieldMap": {"hbaseEnrichment": ["a", "b"]}, "fieldToTypeMap": {"b": ["t"], "c": ["t"]}}}';
    expect(problemsOf('enrichment', text)).toMatchObject([
      { severity: 'warning', path: 'enrichment.fieldMap.hbaseEnrichment[0]' },
      { severity: 'warning', path: 'enrichment.fieldToTypeMap.c' },
    ]);
  });

  it('says where keys of old versions went', () => {
    expect(problemsOf('enrichment', '{"index": "x", "batchSize": 5}').map(({ hint }) => hint)).toEqual([
      "Move it to the writers of the sensor's file in indexing/.",
      "Move it to the writers of the sensor's file in indexing/.",
    ]);
  });

  it('is deeply frozen', () => {
    const value = normal('{"configuration": {"a": {"b": [1]}}}');
    expect(() => Object.assign(value!.configuration['a'] as object, { c: 1 })).toThrow(TypeError);
  });
});

describe('The global file', () => {
  it('may have any key, but one that is nearly known gets a warning', () => {
    const { value, problems } = parseDocument(
      'global',
      '{"my.own": [1], "es.ip": ["a", "b"], "parser.eror.topic": "x"}',
      { file: 'x' },
    );
    expect(value).toEqual({ 'my.own': [1], 'es.ip': ['a', 'b'], 'parser.eror.topic': 'x' });
    expect(problems).toMatchObject([{ severity: 'warning', hint: 'Did you mean "parser.error.topic"?' }]);
  });

  it('has its validations checked', () => {
    const text =
      '{"fieldValidations": [{"validation": "STELLAR", "config": {"condition": "a +* b"}}, {"validation": "DATE"}, {"validation": "IPP"}]}';
    expect(problemsOf('global', text)).toMatchObject([
      { code: 'SKP_CONFIG_EXPRESSION', path: 'fieldValidations[0].config.condition' },
      { code: 'SKP_CONFIG_MISSING', path: 'fieldValidations[1].config.format' },
      { code: 'SKP_CONFIG_VALUE', path: 'fieldValidations[2].validation', hint: 'Did you mean "IP"?' },
    ]);
  });
});

describe('The listeners', () => {
  const syslog = (rest: string) =>
    `{"name": "s", "type": "syslog", "transport": "tcp", "port": 514, "sensor": "syslog"${rest}}`;

  it('get their defaults', () => {
    expect(
      parseDocument('listeners', `[${syslog('')}, {"name": "h", "type": "http"}]`, { file: 'x' }).value,
    ).toMatchObject([
      { host: '127.0.0.1', framing: 'auto', maxMessageBytes: 1_048_576, enabled: true },
      { enabled: true, maxBodyBytes: 16_777_216 },
    ]);
  });

  it('have names and ports of their own', () => {
    expect(problemsOf('listeners', `[${syslog('')}, ${syslog('')}]`).map(({ code }) => code)).toEqual([
      'SKP_CONFIG_DUPLICATE',
      'SKP_CONFIG_DUPLICATE',
    ]);
    expect(
      problemsOf('listeners', `[${syslog('')}, ${syslog('').replace('"s"', '"u"').replace('tcp', 'udp')}]`),
    ).toEqual([]);
  });

  it('with TLS need a certificate and a key, and an authority where clients must have one', () => {
    const tls = (rest: string) => `[${syslog(rest).replace('tcp', 'tls')}]`;
    expect(problemsOf('listeners', tls('')).map(({ path: at }) => at)).toEqual([
      '[0].certFile',
      '[0].keyFile',
    ]);
    expect(
      problemsOf('listeners', tls(', "certFile": "c", "keyFile": "k", "requestClientCertificate": true')),
    ).toMatchObject([{ path: '[0].caFile' }]);
    expect(problemsOf('listeners', `[${syslog(', "certFile": "c"')}]`)).toMatchObject([
      { severity: 'warning' },
    ]);
  });
});

const vectors = path.join(process.env['SKOPOS_VECTORS'] ?? '../shared/vectors', 'triage.jsonl');

interface Vector {
  readonly id: string;
  readonly message: unknown;
  readonly expect: {
    readonly valid: boolean;
    readonly rules?: unknown;
    readonly normalised?: unknown;
    readonly aggregator?: string;
  };
}

describe.skipIf(!existsSync(vectors))('Observed configurations of the reference system', () => {
  const cases = existsSync(vectors)
    ? readFileSync(vectors, 'utf8')
        .split('\n')
        .filter((line) => line.includes('"config-parse"'))
        .map((line) => JSON.parse(line) as Vector)
    : [];

  it.each(cases.map((vector) => [vector.id, vector] as const))('%s', (_, vector) => {
    const { value } = parseDocument('enrichment', JSON.stringify(vector.message), { file: 'x' });
    expect(value !== null).toBe(vector.expect.valid);
    if (vector.expect.normalised !== undefined) expect(value).toEqual(vector.expect.normalised);
    if (vector.expect.rules !== undefined)
      expect(value?.threatIntel.triageConfig.riskLevelRules).toEqual(vector.expect.rules);
    if (vector.expect.aggregator !== undefined)
      expect(value?.threatIntel.triageConfig.aggregator).toBe(vector.expect.aggregator);
  });
});

describe('an expression that will surprise', () => {
  const checks: ConfigChecks = {
    compileCheck: (expression) => (expression.includes('+*') ? { message: 'wrong' } : null),
    lint: (expression, { predicate }) => {
      const offset = expression.indexOf('odd');
      return offset < 0 ? [] : [{ message: predicate ? 'odd condition' : 'odd', offset, hint: 'write even' }];
    },
  };

  it('is warned of with file, path and place, and keeps nothing from being used', () => {
    const text = `{"enrichment": {"fieldMap": {"stellar": {"config": ["a := \\"\\" + odd"]}}},
"threatIntel": {"triageConfig": {"riskLevelRules": [{"rule": "odd", "score": "odd +* 1"}, {"rule": "x", "score": 1}]}}}`;
    const { problems } = parseDocument('enrichment', text, { file: 'enrichments/x.json', checks });
    expect(problems.filter(({ code }) => code === 'SKP_CONFIG_LINT').map(formatProblem)).toEqual([
      'enrichments/x.json:1:66: warning: enrichment.fieldMap.stellar.config[0]: odd\n    write even',
      'enrichments/x.json:2:63: warning: threatIntel.triageConfig.riskLevelRules[0].rule: odd condition\n    write even',
    ]);
    expect(problems.filter(({ severity }) => severity === 'error')).toHaveLength(1);
    const used = parseDocument('enrichment', text.replace(' +* 1', ''), {
      file: 'enrichments/x.json',
      checks,
    });
    expect(used.value).not.toBeNull();
  });
});
