import { describe, expect, it } from 'vitest';
import { compile, standardRegistry } from '../stellar/index.ts';
import type { RiskRule } from './risk-rules.ts';
import { addEnrichmentError, createTriage, type TriageConfig, type TriageError } from './triage.ts';

type Message = Record<string, unknown>;

interface Options {
  readonly aggregator?: TriageConfig['aggregator'];
  readonly scopes?: readonly Message[];
  readonly indicators?: readonly string[];
  readonly later?: boolean;
}

function triage(
  rules: readonly RiskRule[],
  { aggregator = 'MAX', scopes = [], indicators = [], later = true }: Options = {},
) {
  return createTriage({
    config: { riskLevelRules: rules, aggregator, aggregationConfig: {} },
    scopes,
    compile: (source) => compile(source, standardRegistry),
    capabilities: {
      clock: { now: () => 0 },
      enrichmentStore: {
        get: (_table: string, _type: string, indicator: string) => {
          if (indicator === 'broken') throw new Error('the store is away');
          const found = indicators.includes(indicator) ? { known: true } : undefined;
          return later ? Promise.resolve(found) : found;
        },
      },
    } as never,
  });
}

const rule = (
  name: string,
  text: string,
  scoreExpression: string,
  reason: string | null = null,
): RiskRule => ({
  name,
  comment: `about ${name}`,
  rule: text,
  scoreExpression,
  reason,
});

async function run(built: ReturnType<typeof triage>, ...messages: Message[]) {
  const errors: TriageError[] = [];
  await built.run(messages, (error) => errors.push(error));
  return { messages, errors, first: messages[0]! };
}

describe('triage', () => {
  it('writes the score and the matched rules, numbered without gaps', async () => {
    const rules = [
      rule('one', "protocol == 'tcp'", '10', "FORMAT('port %d', port)"),
      rule('no', 'false', '99'),
      rule('two', 'port > 20', 'port * 2'),
    ];
    const { first, errors } = await run(triage(rules), { is_alert: 'true', protocol: 'tcp', port: 22 });
    expect(errors).toEqual([]);
    expect(first).toEqual({
      is_alert: 'true',
      protocol: 'tcp',
      port: 22,
      'threat.triage.score': 44,
      'threat.triage.rules.0.name': 'one',
      'threat.triage.rules.0.comment': 'about one',
      'threat.triage.rules.0.score': '10',
      'threat.triage.rules.0.reason': 'port 22',
      'threat.triage.rules.1.name': 'two',
      'threat.triage.rules.1.comment': 'about two',
      'threat.triage.rules.1.score': 'port * 2',
      'threat.triage.rules.1.reason': null,
    });
  });

  it('leaves events that are no alerts alone', async () => {
    const { first } = await run(triage([rule('all', 'true', '10')]), { a: 1 });
    expect(first).toEqual({ a: 1 });
  });

  it('writes nothing of an alert that no rule matches', async () => {
    const { first } = await run(triage([rule('none', 'false', '10')]), { is_alert: true });
    expect(first).toEqual({ is_alert: 'true' });
  });

  it('takes a blank predicate for true', async () => {
    const { first } = await run(triage([rule('all', '  ', '10')]), { is_alert: true });
    expect(first['threat.triage.score']).toBe(10);
  });

  it('aggregates with the configured function, and a negative score marks known-good', async () => {
    const rules = [
      rule('one', 'true', '10'),
      rule('two', 'a == 1', '30'),
      rule('good', 'good == true', '-1'),
    ];
    expect(
      (await run(triage(rules, { aggregator: 'SUM' }), { is_alert: true, a: 1 })).first[
        'threat.triage.score'
      ],
    ).toBe(40);
    expect(
      (await run(triage(rules, { aggregator: 'SUM' }), { is_alert: true, a: 1, good: true })).first[
        'threat.triage.score'
      ],
    ).toBe(Number.NEGATIVE_INFINITY);
  });

  it('sees the settings behind the message', async () => {
    const built = triage([rule('limit', 'bytes > limit', '10')], { scopes: [{ limit: 100 }, { limit: 1 }] });
    expect((await run(built, { is_alert: true, bytes: 50 })).first['threat.triage.score']).toBeUndefined();
    expect((await run(built, { is_alert: true, bytes: 500 })).first['threat.triage.score']).toBe(10);
  });

  it('knows one rule of several with the same predicate: the first', async () => {
    const { first } = await run(triage([rule('one', 'true', '10'), rule('two', 'true', '90')]), {
      is_alert: true,
    });
    expect(first['threat.triage.score']).toBe(10);
    expect(first['threat.triage.rules.1.name']).toBeUndefined();
  });
});

describe.each([
  ['a rule that need not wait', 'true', []],
  ['rules of which one must wait', "ENRICHMENT_EXISTS('t', ip, 'e', 'f')", ['10.0.0.1']],
] as const)('failing alone, among %s', (_what, other, indicators) => {
  const good = rule('good', other, '10');
  const message = (): Message => ({ is_alert: true, ip: '10.0.0.1', zero: 0 });

  it.each([
    ['a predicate that raises', rule('bad', '1 / zero == 1', '90')],
    ['a predicate that gives no boolean', rule('bad', "'yes'", '90')],
    ['a score that raises', rule('bad', 'zero == 0', '1 / zero')],
    ['a score that is no number', rule('bad', 'zero == 0', "'much'")],
    ['a reason that raises', rule('bad', 'zero == 0', '90', 'TO_STRING(1 / zero)')],
  ])('%s is reported and noted on the event; the others count', async (_name, bad) => {
    for (const rules of [
      [bad, good],
      [good, bad],
    ]) {
      const { first, errors } = await run(triage(rules, { indicators }), message());
      expect(first['threat.triage.score']).toBe(10);
      expect(first['threat.triage.rules.0.name']).toBe('good');
      expect(first['threat.triage.rules.1.name']).toBeUndefined();
      expect(errors).toMatchObject([{ index: 0, rule: { name: 'bad' } }]);
      expect(first['enrichment_errors']).toEqual([expect.stringMatching(/^triage rule 'bad': /)]);
    }
  });

  it('one event fails, the others of the batch do not', async () => {
    const bad = rule('bad', '10 / zero > 1', '90');
    const { messages, errors } = await run(triage([bad, good], { indicators }), message(), {
      ...message(),
      zero: 1,
    });
    expect(messages.map((one) => one['threat.triage.score'])).toEqual([10, 90]);
    expect(errors.map((error) => error.index)).toEqual([0]);
  });
});

describe('rules that must wait', () => {
  const known = rule('known', "ENRICHMENT_EXISTS('t', ip, 'e', 'f')", '80', "JOIN(['known', ip], ' ')");

  it('are waited for, and decide', async () => {
    const built = triage([known, rule('all', 'true', '5')], { indicators: ['6.6.6.6'] });
    const { messages } = await run(
      built,
      { is_alert: true, ip: '6.6.6.6' },
      { is_alert: true, ip: '7.7.7.7' },
    );
    expect(messages.map((one) => one['threat.triage.score'])).toEqual([80, 5]);
    expect(messages[0]!['threat.triage.rules.0.reason']).toBe('known 6.6.6.6');
  });

  it('keep the order of the configuration', async () => {
    const built = triage([rule('all', 'true', '5'), known], { indicators: ['6.6.6.6'] });
    const { first } = await run(built, { is_alert: true, ip: '6.6.6.6' });
    expect([first['threat.triage.rules.0.name'], first['threat.triage.rules.1.name']]).toEqual([
      'all',
      'known',
    ]);
  });

  it('whose store fails are reported as any other', async () => {
    const { first, errors } = await run(triage([known, rule('all', 'true', '5')]), {
      is_alert: true,
      ip: 'broken',
    });
    expect(errors).toHaveLength(1);
    expect(first['threat.triage.score']).toBe(5);
  });
});

describe('enrichment_errors', () => {
  it('says when is_alert is neither yes nor no, and the event is scored', async () => {
    const { first, errors } = await run(triage([rule('all', 'true', '10')]), { is_alert: 'perhaps' });
    expect(first).toMatchObject({ is_alert: 'true', 'threat.triage.score': 10 });
    expect(first['enrichment_errors']).toEqual([expect.stringContaining('"perhaps"')]);
    expect(errors).toMatchObject([{ rule: null }]);
  });

  it('grows with each failure, and does not take over a field of that name in the data', () => {
    const message: Message = {};
    addEnrichmentError(message, 'one');
    addEnrichmentError(message, 'two');
    expect(message).toEqual({ enrichment_errors: ['one', 'two'] });
    const taken: Message = { enrichment_errors: 'a text of the sender' };
    addEnrichmentError(taken, 'one');
    expect(taken).toEqual({ enrichment_errors: ['one'] });
  });
});

describe('the score without writing', () => {
  it('tells the matched rules, scores and reasons', async () => {
    const built = triage([rule('one', 'a == 1', '10', "'because'"), rule('two', 'false', '20')]);
    const message = { a: 1 };
    expect(await built.score(message)).toMatchObject({
      score: 10,
      matched: [{ rule: { name: 'one' }, score: 10, reason: 'because' }],
    });
    expect(message).toEqual({ a: 1 });
  });

  it('raises the first error', async () => {
    await expect(triage([rule('bad', "'text'", '10')]).score({})).rejects.toThrow(
      /does not return a boolean/,
    );
  });
});
