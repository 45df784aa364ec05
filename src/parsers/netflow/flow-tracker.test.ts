import { describe, expect, it } from 'vitest';
import { createParser } from '../builtin.ts';
import type { Message } from '../parser.ts';
import { FlowTracker, type FlowTrackerOptions } from './flow-tracker.ts';
import { dataSet, ipfix, optionsTemplate, template, v5, v9 } from './testing/datagrams.ts';

const fields = [
  [8, 4],
  [12, 4],
  [1, 4],
  [48, 2],
] as const;
const flow = (source: number, bytes: number, sampler = 1): number[] => [
  10,
  0,
  0,
  source,
  192,
  0,
  2,
  1,
  0,
  0,
  bytes >> 8,
  bytes & 255,
  0,
  sampler,
];

function tracked(options: FlowTrackerOptions = {}) {
  const records: string[] = [];
  const tracker = new FlowTracker((record) => void records.push(record), options);
  const parser = createParser('netflow', {}, { now: () => 0, timeZone: 'UTC', readFile: () => '' });
  const read = () => {
    const out = { messages: [] as Message[], refused: [] as string[], skipped: [] as string[] };
    for (const record of records.splice(0)) {
      parser.parse(record, {
        emit: (message) => void out.messages.push(message),
        reject: (_line, error) => void out.refused.push(error.message),
        fail: (error) => void out.refused.push(error.message),
        skip: (_line, reason) => void out.skipped.push(reason),
      });
    }
    return out;
  };
  return { tracker, records, read };
}

describe('following NetFlow exporters', () => {
  it('lets a record explain itself by the template of an earlier datagram', () => {
    const { tracker, read } = tracked();
    tracker.push('192.0.2.9', v9([template(9, 260, fields)]), 0);
    tracker.push('192.0.2.9', v9([dataSet(260, flow(1, 500))]), 1);
    const { messages, refused, skipped } = read();
    expect(refused).toEqual([]);
    expect(skipped).toEqual(['templates']);
    expect(messages).toMatchObject([
      { ip_src_addr: '10.0.0.1', 'network.bytes': 500, 'observer.ip': '192.0.2.9' },
    ]);
  });

  it('keeps a template to its exporter and domain', () => {
    const { tracker } = tracked();
    tracker.push('192.0.2.9', v9([template(9, 260, fields)], 1), 0);
    tracker.push('192.0.2.9', v9([dataSet(260, flow(1, 500))], 2), 1);
    tracker.push('192.0.2.10', v9([dataSet(260, flow(1, 500))], 1), 1);
    expect(tracker.counts.waiting).toBe(2);
  });

  it('keeps data that come before their template, and reads them when it has come', () => {
    const { tracker, records, read } = tracked();
    tracker.push('192.0.2.9', ipfix([dataSet(400, flow(1, 100))]), 0);
    tracker.push('192.0.2.9', ipfix([dataSet(400, flow(2, 200))]), 1);
    expect(records).toEqual([]);
    expect(tracker.counts).toMatchObject({ waiting: 2, resolved: 0 });
    tracker.push('192.0.2.9', ipfix([template(10, 400, fields)]), 2);
    expect(tracker.counts).toMatchObject({ waiting: 0, waitingBytes: 0, resolved: 2, unresolved: 0 });
    expect(read().messages.map((message) => message['ip_src_addr'])).toEqual(['10.0.0.1', '10.0.0.2']);
  });

  it('hands on what waited too long, and the parser keeps its bytes as an error', () => {
    const { tracker, read } = tracked({ waitMs: 1000 });
    tracker.push('192.0.2.9', v9([dataSet(260, flow(1, 100))]), 0);
    tracker.expire(999);
    expect(tracker.counts.waiting).toBe(1);
    tracker.expire(1000);
    expect(tracker.counts).toMatchObject({ waiting: 0, unresolved: 1 });
    expect(read().refused).toEqual([expect.stringContaining('template 260 is not known')]);
  });

  it('bounds what waits, by number and by bytes', () => {
    const { tracker } = tracked({ maxWaiting: 3, maxWaitingBytes: 100 });
    for (let i = 0; i < 10; i++) tracker.push('192.0.2.9', v9([dataSet(260, flow(i, 1))]), i);
    expect(tracker.counts.waiting).toBeLessThanOrEqual(3);
    expect(tracker.counts.waitingBytes).toBeLessThanOrEqual(100);
    expect(tracker.counts.waiting + tracker.counts.unresolved).toBe(10);
  });

  it('forgets the domain that was silent longest when there are too many', () => {
    const { tracker, records } = tracked({ maxDomains: 2 });
    tracker.push('192.0.2.1', v9([template(9, 260, fields)]), 0);
    tracker.push('192.0.2.2', v9([template(9, 260, fields)]), 1);
    tracker.push('192.0.2.1', v9([dataSet(260, flow(1, 1))]), 2);
    tracker.push('192.0.2.3', v9([template(9, 260, fields)]), 3);
    expect(tracker.domains).toBe(2);
    records.length = 0;
    tracker.push('192.0.2.1', v9([dataSet(260, flow(1, 1))]), 4);
    expect(records).toHaveLength(1);
    tracker.push('192.0.2.2', v9([dataSet(260, flow(1, 1))]), 5);
    expect(tracker.counts.waiting).toBe(1);
  });

  it('scales counts by the rate that options announce for the sampler, and marks them', () => {
    const { tracker, read } = tracked();
    tracker.push(
      '192.0.2.9',
      v9([
        template(9, 260, fields),
        optionsTemplate(
          9,
          512,
          [[1, 4]],
          [
            [48, 2],
            [50, 4],
          ],
        ),
      ]),
      0,
    );
    tracker.push('192.0.2.9', v9([dataSet(512, [0, 0, 0, 1, 0, 7, 0, 0, 3, 232])]), 1);
    tracker.push('192.0.2.9', v9([dataSet(260, [...flow(1, 500, 7), ...flow(2, 500, 8)])]), 2);
    const flows = read().messages.filter((message) => message['netflow.record_type'] === 'flow');
    expect(flows).toMatchObject([
      {
        'network.bytes': 500_000,
        'netflow.octet_delta_count': 500,
        'netflow.sampled': true,
        'netflow.sampling_rate': 1000,
      },
      { 'network.bytes': 500, 'netflow.sampled': false, 'netflow.sampling_rate': 1 },
    ]);
  });

  it('reads the rate of IPFIX selectors: so many packets, then so many passed over', () => {
    const { tracker, read } = tracked();
    const sampled = [
      [8, 4],
      [1, 4],
      [302, 2],
    ] as const;
    tracker.push(
      '192.0.2.9',
      ipfix([
        template(10, 300, sampled),
        optionsTemplate(
          10,
          600,
          [[302, 2]],
          [
            [305, 4],
            [306, 4],
          ],
        ),
        dataSet(600, [0, 5, 0, 0, 0, 1, 0, 0, 1, 255]),
      ]),
      0,
    );
    tracker.push('192.0.2.9', ipfix([dataSet(300, [10, 0, 0, 1, 0, 0, 0, 10, 0, 5])]), 1);
    const flows = read().messages.filter((message) => message['netflow.record_type'] === 'flow');
    expect(flows).toMatchObject([{ 'network.bytes': 5120, 'netflow.sampling_rate': 512 }]);
  });

  // RFC 7011, 8.4: by UDP no template is withdrawn.
  it('takes a template that has changed, and keeps one that somebody withdraws', () => {
    const { tracker, read } = tracked();
    tracker.push('192.0.2.9', ipfix([template(10, 400, [[8, 4]])]), 0);
    tracker.push('192.0.2.9', ipfix([dataSet(400, [10, 0, 0, 1])]), 1);
    tracker.push('192.0.2.9', ipfix([template(10, 400, [[12, 4]])]), 2);
    tracker.push('192.0.2.9', ipfix([dataSet(400, [10, 0, 0, 2])]), 3);
    tracker.push('192.0.2.9', ipfix([template(10, 400, [])]), 4);
    tracker.push('192.0.2.9', ipfix([dataSet(400, [10, 0, 0, 3])]), 5);
    tracker.push('192.0.2.9', ipfix([template(10, 2, [])]), 6);
    tracker.push('192.0.2.9', ipfix([dataSet(400, [10, 0, 0, 4])]), 7);
    expect(read().messages).toMatchObject([
      { ip_src_addr: '10.0.0.1' },
      { ip_dst_addr: '10.0.0.2' },
      { ip_dst_addr: '10.0.0.3' },
      { ip_dst_addr: '10.0.0.4' },
    ]);
    expect(tracker.counts.waiting).toBe(0);
  });

  // RFC 5477: samplingSize of samplingPopulation, samplingProbability.
  it.each<[string, [number, number][], number[], number]>([
    [
      'so many of a population',
      [
        [309, 4],
        [310, 4],
      ],
      [0, 0, 0, 2, 0, 0, 0, 200],
      100,
    ],
    ['a probability', [[311, 8]], [0x3f, 0x90, 0, 0, 0, 0, 0, 0], 64],
    ['a probability in four bytes', [[311, 4]], [0x3c, 0x80, 0, 0], 64],
  ])('scales by %s, announced or in the record itself', (_what, fields, bytes, rate) => {
    const { tracker, read } = tracked();
    const options = optionsTemplate(10, 401, [[149, 4]], fields);
    tracker.push('192.0.2.9', ipfix([options, template(10, 400, [[1, 4]])]), 0);
    tracker.push('192.0.2.9', ipfix([dataSet(401, [0, 0, 0, 1, ...bytes])]), 1);
    tracker.push('192.0.2.9', ipfix([dataSet(400, [0, 0, 0, 10])]), 2);
    tracker.push(
      '192.0.2.10',
      ipfix([template(10, 400, [[1, 4], ...fields]), dataSet(400, [0, 0, 0, 10, ...bytes])]),
      3,
    );
    const flows = read().messages.filter((message) => message['netflow.record_type'] === 'flow');
    expect(flows).toMatchObject([
      { 'network.bytes': 10 * rate, 'netflow.sampling_rate': rate, 'netflow.sampled': true },
      { 'network.bytes': 10 * rate, 'netflow.sampling_rate': rate },
    ]);
  });

  it('reads times that lie so many microseconds before the datagram, and durations in microseconds', () => {
    const { tracker, read } = tracked();
    tracker.push(
      '192.0.2.9',
      ipfix([
        template(10, 400, [
          [158, 4],
          [159, 4],
        ]),
        dataSet(400, [0, 0x1e, 0x84, 0x80, 0, 0x0f, 0x42, 0x40]),
      ]),
      0,
    );
    tracker.push(
      '192.0.2.9',
      ipfix([
        template(10, 401, [
          [151, 4],
          [162, 4],
        ]),
        dataSet(401, [0x69, 0xae, 0x80, 0, 0, 0x0f, 0x42, 0x40]),
      ]),
      1,
    );
    const [first, second] = read().messages;
    expect(first).toMatchObject({
      'event.start': Number(first!['netflow.export_time']) - 2000,
      'event.end': Number(first!['netflow.export_time']) - 1000,
      'event.duration': 1_000_000_000,
    });
    expect(second).toMatchObject({ 'event.duration': 1_000_000_000 });
  });

  it('takes no template back for that of a datagram that waited', () => {
    const { tracker, read } = tracked();
    tracker.push('192.0.2.9', ipfix([template(10, 400, [[8, 4]]), dataSet(401, [10, 0, 0, 1])]), 0);
    tracker.push('192.0.2.9', ipfix([template(10, 400, [[12, 4]]), template(10, 401, [[8, 4]])]), 1);
    tracker.push('192.0.2.9', ipfix([dataSet(400, [10, 0, 0, 2])]), 2);
    expect(read().messages).toMatchObject([{ ip_src_addr: '10.0.0.1' }, { ip_dst_addr: '10.0.0.2' }]);
  });

  it('bounds the bytes of templates and of what is made of them', () => {
    const { tracker } = tracked({ maxTemplateBytes: 20_000 });
    const many = Array.from({ length: 400 }, (_, i) => [i + 500, 4] as const);
    const templates = Array.from({ length: 4 }, (_, i) => template(9, 256 + i, many));
    for (let i = 0; i < 40; i++) {
      tracker.push(`192.0.2.${i}`, v9(templates), i);
      expect(tracker.counts.templateBytes).toBeLessThanOrEqual(20_000);
    }
    expect(tracker.domains).toBe(3);
    // Each order of data sets has a text of its own.
    for (let i = 0; i < 1_000; i++) {
      const ids = [256, 257, 258, 259].filter((id) => (i >> (id - 256)) & 1);
      const order = ids.toSorted((a, b) => ((a * (i + 7)) % 101) - ((b * (i + 7)) % 101));
      tracker.push('192.0.2.39', v9(order.map((id) => dataSet(id, [1, 2, 3, 4]))), 40 + i);
    }
    expect(tracker.domains).toBe(1);
    expect(tracker.counts.templateBytes).toBeLessThanOrEqual(1024 * 1024 + 20_000);
  });

  it('needs no template for v5', () => {
    const { tracker, read } = tracked();
    tracker.push('192.0.2.9', v5(2), 0);
    expect(read().messages).toHaveLength(2);
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['another version', Buffer.from([0, 7, 0, 1, ...Buffer.alloc(40)])],
    ['a v5 header with more records than there are', v5(3).subarray(0, 100)],
    ['an IPFIX header with another length', ipfix([dataSet(400, [1, 2, 3, 4])]).subarray(0, 18)],
  ])('refuses %s', (_what, bytes) => {
    const { tracker } = tracked();
    expect(() => tracker.push('192.0.2.9', bytes, 0)).toThrow(/NetFlow|IPFIX/);
  });

  it('takes any bytes without hanging or growing', () => {
    const { tracker, read } = tracked({ maxDomains: 8, maxTemplates: 16 });
    let state = 7;
    const random = () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return state / 4_294_967_296;
    };
    const seeds = [
      v9([template(9, 260, fields), dataSet(260, flow(1, 500))]),
      ipfix([template(10, 400, [...fields, [96, 65_535]]), dataSet(400, [...flow(1, 1), 3, 65, 66, 67])]),
      v5(2),
    ];
    for (let i = 0; i < 3000; i++) {
      const bytes = Buffer.from(seeds[i % seeds.length]!);
      for (let n = 0; n < 3; n++) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      try {
        tracker.push(`192.0.2.${i % 20}`, bytes, i);
      } catch {}
    }
    tracker.flush();
    expect(tracker.domains).toBeLessThanOrEqual(8);
    const { messages } = read();
    expect(messages.length).toBeGreaterThan(100);
    for (const message of messages) expect(Number.isSafeInteger(message['timestamp'])).toBe(true);
  });
});
