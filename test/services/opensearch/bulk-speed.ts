/**
 * What the index on OpenSearch takes, against a bare bulk loader whose requests were made beforehand, in turn on the same server:
 *
 *     node test/services/opensearch/bulk-speed.ts [--events 100000] [--rounds 3]
 */
import { parseArgs } from 'node:util';
import { type EncodedEvents, encodeEvents, openOpensearchIndex } from '../../../src/index/index.ts';
import { startNode } from './nodes.ts';

const { values } = parseArgs({
  options: { events: { type: 'string', default: '100000' }, rounds: { type: 'string', default: '3' } },
});
const count = Number(values.events);
const PART = 5_000;

function event(number: number, round: string): Record<string, unknown> {
  const a = (number * 7919) % 65_536;
  return {
    guid: `${round}-${String(number).padStart(8, '0')}`,
    timestamp: 1_767_225_600_000 + number * 3,
    'source.type': 'conn',
    ip_src_addr: `10.1.${a >> 8}.${a & 255}`,
    ip_src_port: 1024 + (number % 60_000),
    ip_dst_addr: `203.0.${(a * 31) & 255}.${number & 255}`,
    ip_dst_port: [80, 443, 53, 22][number % 4],
    protocol: number % 5 === 0 ? 'udp' : 'tcp',
    service: ['http', 'ssl', 'dns', 'ssh'][number % 4],
    duration: (number % 1_000) / 100,
    orig_bytes: (number * 37) % 100_000,
    resp_bytes: (number * 91) % 1_000_000,
    conn_state: 'SF',
    original_string: `conn uid=C${(number * 2_654_435_761) % 4_294_967_296} from 10.1.${a >> 8}.${a & 255} state=SF history=ShADadfF`,
  };
}

const node = await startNode();
const index = await openOpensearchIndex({ nodes: [node.url], maintainEveryMs: 0 });
try {
  const rates: { bare: number; index: number }[] = [];
  for (let round = -1; round < Number(values.rounds); round++) {
    // The first one warms the server up.
    const bare = await bareLoader(`bare${round}`);
    const ours = await throughIndex(`ours${round}`);
    if (round < 0) continue;
    rates.push({ bare, index: ours });
    console.log(
      `bare loader ${Math.round(bare)}/s, index ${Math.round(ours)}/s: ${Math.round((100 * ours) / bare)} %`,
    );
  }
  const middle = (list: number[]): number => list.sort((x, y) => x - y)[Math.floor(list.length / 2)] ?? 0;
  console.log(
    `median: ${Math.round(100 * middle(rates.map((rate) => rate.index / rate.bare)))} % of the bare loader`,
  );
} finally {
  await index.close();
  await node.stop();
}

async function throughIndex(round: string): Promise<number> {
  const parts: EncodedEvents[] = [];
  for (let at = 0; at < count; at += PART)
    parts.push(
      encodeEvents(
        round,
        Array.from({ length: Math.min(PART, count - at) }, (_, i) => event(at + i, round)),
      ),
    );
  await index.write([{ events: [encodeEvents(round, [event(0, 'first')])], source: null }]);
  const started = performance.now();
  let at = 0;
  // As the sink does: what is there is written together, up to 50,000 events.
  while (parts.length > 0) {
    const events = parts.splice(0, 5);
    const next = at + events.reduce((sum, part) => sum + part.count, 0);
    await index.write([{ events, source: { topic: round, partition: 0, fromOffset: at, nextOffset: next } }]);
    at = next;
  }
  return (1000 * count) / (performance.now() - started);
}

async function bareLoader(round: string): Promise<number> {
  // An index with the same fields.
  await index.write([{ events: [encodeEvents(round, [event(0, 'first')])], source: null }]);
  const [name = ''] = Object.keys((await node.request('GET', `/${round}_index_*`)) as object);
  const bodies: string[] = [];
  for (let at = 0; at < count; at += PART) {
    let body = '';
    for (let i = at; i < Math.min(at + PART, count); i++) {
      const fields = Object.entries(event(i, round)).map(([key, value]) => [key.replaceAll('.', ':'), value]);
      body += `{"create":{"_id":"${round}-${String(i).padStart(8, '0')}"}}\n${JSON.stringify(Object.fromEntries(fields))}\n`;
    }
    bodies.push(body);
  }
  const started = performance.now();
  await Promise.all(
    Array.from({ length: 2 }, async () => {
      for (let body = bodies.pop(); body !== undefined; body = bodies.pop()) {
        const response = await fetch(`${node.url}/${name}/_bulk?filter_path=errors`, {
          method: 'POST',
          body,
          headers: { 'content-type': 'application/x-ndjson' },
        });
        if ((await response.text()) !== '{"errors":false}') throw new Error('the bare loader failed');
      }
    }),
  );
  return (1000 * count) / (performance.now() - started);
}
