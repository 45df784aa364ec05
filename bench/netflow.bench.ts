/**
 * Flows per second of processor time, one thread: records of the NetFlow listener to messages, with full datagrams as exporters send them; and datagrams
 * per second through the listener's following of templates.
 *
 *     node --enable-experimental-regexp-engine-on-excessive-backtracks bench/netflow.bench.ts
 */
import { createParser, FlowTracker, type ParseSink } from '../src/parsers/index.ts';

export interface FlowSpeed {
  readonly name: string;
  readonly perSecond: number;
  readonly bytesPerDatagram: number;
}

/** NetFlow as exporters send it: thirty v5 flows, or twenty-four of a v9 template, in a datagram. */
function flowRecords(version: 5 | 9): string[] {
  return Array.from({ length: 500 }, (_, i) => {
    const count = version === 5 ? 30 : 24;
    const header = Buffer.alloc(24);
    header.writeUInt16BE(version, 0);
    header.writeUInt16BE(version === 5 ? count : 1, 2);
    header.writeUInt32BE(86_400_000, 4);
    header.writeUInt32BE(1_773_043_964 + i, 8);
    const size = version === 5 ? 48 : 45;
    const flows = Buffer.alloc(size * count);
    for (let n = 0; n < count; n++) {
      const flow = flows.subarray(n * size, (n + 1) * size);
      for (let o = 0; o < size; o++) flow[o] = (o * 7 + n * 13 + (i % 97)) & 0xff;
      flow.writeUInt32BE(0x0a140000 + ((n * 31 + i * 7) % 5000), 0);
      flow.writeUInt32BE(0xcb007100 + ((n * 17 + i * 3) % 20_000), 4);
      flow.writeUInt32BE(86_390_000, version === 5 ? 24 : 28);
      flow.writeUInt32BE(86_399_000, version === 5 ? 28 : 32);
    }
    if (version === 9) {
      header.writeUInt16BE(260, 20);
      header.writeUInt16BE(flows.length + 4, 22);
    }
    const record: Record<string, string> = { exporter: '192.0.2.1' };
    if (version === 9) record['templates'] = flowTemplate();
    record['data'] = Buffer.concat([header, flows]).toString('base64');
    return JSON.stringify(record);
  });
}

function flowTemplate(): string {
  // biome-ignore format: pairs of element and length
  const fields = [8, 4, 12, 4, 7, 2, 11, 2, 1, 4, 2, 4, 10, 4, 14, 4, 22, 4, 21, 4, 16, 2, 17, 2, 4, 1, 6, 1, 5, 1, 61, 1, 9, 1];
  const set = Buffer.alloc(8 + fields.length * 2);
  set.writeUInt16BE(set.length, 2);
  set.writeUInt16BE(260, 4);
  set.writeUInt16BE(fields.length / 2, 6);
  for (const [i, value] of fields.entries()) set.writeUInt16BE(value, 8 + i * 2);
  return set.toString('base64');
}

/** Median of five rounds, after one that does not count. `work` answers how many it did. */
function perSecond(roundMs: number, work: () => number): number {
  const rates: number[] = [];
  for (let round = 0; round < 6; round++) {
    let count = 0;
    let elapsed = 0;
    const start = process.cpuUsage();
    do {
      count += work();
      const { user, system } = process.cpuUsage(start);
      elapsed = (user + system) / 1000;
    } while (elapsed < roundMs);
    if (round > 0) rates.push((count / elapsed) * 1000);
  }
  rates.sort((x, y) => x - y);
  return Math.round(rates[2] ?? 0);
}

function decoding(version: 5 | 9, roundMs: number): FlowSpeed {
  const parser = createParser('netflow', {}, { now: () => 0, timeZone: 'UTC', readFile: () => '' });
  const records = flowRecords(version);
  let flows = 0;
  const refuse = (error: Error): never => {
    throw error;
  };
  const sink: ParseSink = {
    emit: () => void flows++,
    reject: (_line, error) => refuse(error),
    fail: refuse,
    skip: () => undefined,
  };
  const speed = perSecond(roundMs, () => {
    flows = 0;
    for (const record of records) parser.parse(record, sink);
    return flows;
  });
  return {
    name: `flows of v${version}, decoded`,
    perSecond: speed,
    bytesPerDatagram: datagramOf(records[0]!).length,
  };
}

function datagramOf(record: string): Buffer {
  const { data } = JSON.parse(record) as { data: string };
  return Buffer.from(data, 'base64');
}

function following(roundMs: number): FlowSpeed {
  const datagrams = flowRecords(9).map(datagramOf);
  const template = Buffer.concat([datagrams[0]!.subarray(0, 20), Buffer.from(flowTemplate(), 'base64')]);
  let records = 0;
  const tracker = new FlowTracker(() => void records++);
  tracker.push('192.0.2.1', template, 0);
  const speed = perSecond(roundMs, () => {
    records = 0;
    for (const datagram of datagrams) tracker.push('192.0.2.1', datagram, 0);
    return records;
  });
  return {
    name: 'datagrams of v9, made into records',
    perSecond: speed,
    bytesPerDatagram: datagrams[0]!.length,
  };
}

/** Takes about `milliseconds` for each measurement. */
export function run(milliseconds = 600): FlowSpeed[] {
  const roundMs = milliseconds / 6;
  return [decoding(5, roundMs), decoding(9, roundMs), following(roundMs)];
}

if (import.meta.main) console.table(run());
