import { describe, expect, it } from 'vitest';
import { SkoposError } from '../errors.ts';
import { openHBaseKeyValueStore } from '../store/index.ts';
import { createSensorPipelines } from './sensor-pipelines.ts';
import { isStoreAway, markNotEnriched } from './store-away.ts';
import { pipelineBench, snapshotOf } from './testing.ts';

const away = new SkoposError(
  'SKP_STORE_UNAVAILABLE',
  'looking 1 rows up in threatintel: HBase does not answer',
);

describe('a store that is away', () => {
  it('is found behind what it led to', () => {
    expect(isStoreAway(away)).toBe(true);
    expect(isStoreAway(new Error('outer', { cause: new Error('middle', { cause: away }) }))).toBe(true);
    expect(isStoreAway(new SkoposError('SKP_STORE_REFUSED', 'no'))).toBe(false);
    expect(isStoreAway('text')).toBe(false);
    const circle = new Error('a');
    circle.cause = circle;
    expect(isStoreAway(circle)).toBe(false);
  });

  it('is told once for each look-up, whatever the sender wrote there', () => {
    const message: Record<string, unknown> = { not_enriched: 'a text of the sender' };
    expect(markNotEnriched(message, 'hbaseEnrichment')).toBe(true);
    expect(markNotEnriched(message, 'stellar')).toBe(false);
    expect(markNotEnriched(message, 'stellar')).toBe(false);
    expect(message).toEqual({ not_enriched: ['hbaseEnrichment', 'stellar'] });
  });

  it('marks each event, also those that share a look-up, and makes none an error', async () => {
    const bench = await pipelineBench({});
    // Nobody listens there.
    const store = openHBaseKeyValueStore({ servers: ['127.0.0.1:1'], onStoreFailure: 'mark' });
    const pipelines = createSensorPipelines({ store, clock: { now: () => 0 }, logId: 'test' });
    pipelines.configure(
      await snapshotOf({
        'parsers/a.json': { parserClassName: 'jsonmap', fieldTransformations: [], parserConfig: {} },
        'enrichments/a.json': {
          enrichment: {
            fieldMap: { stellar: { config: { seen: "ENRICHMENT_EXISTS('t', ip, 'threatintel', 't')" } } },
          },
          threatIntel: {
            fieldMap: { hbaseThreatIntel: ['ip'] },
            fieldToTypeMap: { ip: ['t'] },
            triageConfig: {
              riskLevelRules: [{ rule: "ENRICHMENT_EXISTS('t', ip, 'threatintel', 't')", score: 10 }],
              aggregator: 'MAX',
            },
          },
        },
      }),
    );
    const events = [{ ip: 'bad', is_alert: true }, { ip: 'bad', is_alert: true }, { ip: 'good' }];
    const batch = await bench.batch(
      'a',
      events.map((event) => JSON.stringify(event)),
    );
    const marked = await pipelines.get('a')!.process(batch);
    expect(marked.failed).toEqual([]);
    expect(marked.ruleErrors).toBe(0);
    expect(marked.notEnriched).toBe(3);
    expect(marked.messages.map((message) => message['not_enriched'])).toEqual([
      ['stellar', 'hbaseThreatIntel', 'triage'],
      ['stellar', 'hbaseThreatIntel', 'triage'],
      ['stellar', 'hbaseThreatIntel'],
    ]);
    await store.close();
    await bench.close();
  });
});
