import { describe, expect, it } from 'vitest';
import { encodeEvents } from '../index/index.ts';
import { compileStellar } from '../pipeline/index.ts';
import {
  type Asides,
  createStage,
  KnownHostList,
  MmdbGeoDatabase,
  type StageBlock,
  SwappableAsnDatabase,
} from './index.ts';

type Message = Record<string, unknown>;

const known: Record<string, Message> = {
  '192.0.2.1': { owner: 'Ä', risk: 3, notes: ['a', null] },
  '192.0.2.2': { owner: 'b' },
};

function stageOf(
  block: Partial<StageBlock>,
  stage: 'enrichment' | 'threatIntel' = 'enrichment',
): ReturnType<typeof createStage> {
  const reference = {
    get: (_table: string, _type: string, indicator: string) => known[indicator],
    version: () => 0,
  };
  return createStage({
    stage,
    block: { fieldMap: {}, fieldToTypeMap: { ip: ['asset'] }, config: {}, ...block },
    scopes: [{}, {}],
    compile: compileStellar,
    capabilities: {},
    services: {
      geo: new MmdbGeoDatabase(),
      asn: new SwappableAsnDatabase(),
      hosts: new KnownHostList(),
      reference,
    },
  });
}

const fail = ({ error }: { error: Error }): void => {
  throw error;
};

/** Events as the index would read them, with the output of look-ups in the messages and beside them. */
function both(block: Partial<StageBlock>, make: () => Message[]): [plain: Message[], aside: Message[]] {
  return [false, true].map((keeps) => {
    const messages = make();
    const asides: Asides | undefined = keeps ? messages.map(() => []) : undefined;
    stageOf(block).run(messages, fail, asides);
    const { ndjson } = encodeEvents('test', messages, asides);
    return Buffer.from(ndjson)
      .toString('utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Message);
  }) as [Message[], Message[]];
}

describe('the output of look-ups beside the messages', () => {
  const block = { fieldMap: { hbaseEnrichment: ['ip'], stellar: { config: { upper: 'TO_UPPER(name)' } } } };

  it('makes the same events as in the messages', () => {
    const [plain, aside] = both(block, () =>
      ['192.0.2.1', '192.0.2.2', '192.0.2.9', '192.0.2.1'].map((ip, at) => ({
        name: `n${at}`,
        ip,
        empty: '',
        guid: `g${at}`,
      })),
    );
    expect(aside).toEqual(plain);
    expect(aside[0]).toMatchObject({ 'enrichments.hbaseEnrichment.ip.asset.owner': 'Ä', upper: 'N0' });
  });

  it('counts the kinds of its fields', () => {
    const messages = [{ guid: 'g', ip: '192.0.2.1' }];
    const asides: Asides = [[]];
    stageOf(block).run(messages, fail, asides);
    const { fields } = encodeEvents('test', messages, asides);
    expect(fields['enrichments.hbaseEnrichment.ip.asset.risk']).toBe(4);
    expect(fields['enrichments.hbaseEnrichment.ip.asset.notes']).toBe(32);
  });

  it('goes into a message that brings fields under the same names, so that no name stands twice', () => {
    const make = (): Message[] => [
      { guid: 'g', ip: '192.0.2.1', name: 'n', 'enrichments.hbaseEnrichment.ip.asset.owner': 'old' },
    ];
    const [plain, aside] = both(block, make);
    expect(aside).toEqual(plain);
    const messages = make();
    const asides: Asides = [[]];
    stageOf(block).run(messages, fail, asides);
    expect(asides[0]).toEqual([]);
    expect(messages[0]?.['enrichments.hbaseEnrichment.ip.asset.owner']).toBe('Ä');
  });

  it('is seen by the expressions and look-ups of the next stage, and says that a value is an indicator', () => {
    const messages: Message[] = [{ guid: 'g', ip: '192.0.2.2' }];
    const asides: Asides = [[]];
    stageOf(block).run(messages, fail, asides);
    const next = stageOf(
      {
        fieldMap: {
          hbaseThreatIntel: ['ip'],
          stellar: { config: { seen: "FORMAT('%s!', enrichments.hbaseEnrichment.ip.asset.owner)" } },
        },
      },
      'threatIntel',
    );
    next.run(messages, fail, asides);
    expect(messages[0]).toMatchObject({ seen: 'b!' });
    expect(asides[0]?.map((one) => one.intel)).toEqual([false, true]);
  });

  it('must not be kept beside when a statement writes under its names', () => {
    expect(stageOf(block).mayStandAside).toBe(true);
    expect(stageOf({ fieldMap: { stellar: { config: { 'enrichments.geo.x': '1' } } } }).mayStandAside).toBe(
      false,
    );
  });

  it('lead the next stage to what it found for the same value, until its data changes or the value is another', () => {
    let bad: Record<string, Message> = {};
    let version = 0;
    const reference = {
      get: (_table: string, type: string, indicator: string) =>
        type === 'asset' ? known[indicator] : bad[indicator],
      version: () => version,
    };
    const stage = (name: 'enrichment' | 'threatIntel', block: Partial<StageBlock>) =>
      createStage({
        stage: name,
        block: { fieldMap: {}, fieldToTypeMap: {}, config: {}, ...block },
        scopes: [{}, {}],
        compile: compileStellar,
        capabilities: {},
        services: {
          geo: new MmdbGeoDatabase(),
          asn: new SwappableAsnDatabase(),
          hosts: new KnownHostList(),
          reference,
        },
      });
    const first = stage('enrichment', {
      fieldMap: { hbaseEnrichment: ['ip', 'other'] },
      fieldToTypeMap: { ip: ['asset'], other: ['asset'] },
    });
    const second = stage('threatIntel', {
      fieldMap: { hbaseThreatIntel: ['ip', 'other'] },
      fieldToTypeMap: { ip: ['bad'], other: ['bad'] },
    });
    const intel = (ip: string, other: string): boolean[] => {
      const messages = [{ guid: 'g', ip, other }];
      const asides: Asides = [[]];
      first.run(messages, fail, asides);
      second.run(messages, fail, asides);
      return ['ip', 'other'].map((field) =>
        asides[0]!.some((one) => one.keys.includes(`threatintels.hbaseThreatIntel.${field}.bad`)),
      );
    };
    for (let round = 0; round < 3; round++) expect(intel('192.0.2.1', '192.0.2.2')).toEqual([false, false]);
    bad = { '192.0.2.1': {} };
    version++;
    for (let round = 0; round < 3; round++) {
      expect(intel('192.0.2.1', '192.0.2.2')).toEqual([true, false]);
      expect(intel('192.0.2.2', '192.0.2.1')).toEqual([false, true]);
      expect(intel('192.0.2.1', '192.0.2.1')).toEqual([true, true]);
    }
    bad = {};
    version++;
    for (let round = 0; round < 3; round++) expect(intel('192.0.2.1', '192.0.2.1')).toEqual([false, false]);
  });
});
