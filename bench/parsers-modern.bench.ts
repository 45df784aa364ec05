/**
 * Events per second of processor time of the parsers that carry samples, one thread, the parser's call alone: their own samples over and over, each
 * copy a text of its own.
 *
 *     node --enable-experimental-regexp-engine-on-excessive-backtracks bench/parsers-modern.bench.ts [parser …]
 */
import { builtInParsers, type ParserType, type ParseSink } from '../src/parsers/index.ts';

export interface ParserSpeed {
  readonly name: string;
  readonly recordsPerSecond: number;
  readonly messagesPerSecond: number;
  readonly bytesPerRecord: number;
}

const environment = { now: () => 1_781_524_800_000, timeZone: 'UTC', readFile: () => '' };

/** NetFlow as exporters send it: thirty v5 flows, or twenty-four of a v9 template, in a datagram. */
function flowRecords(version: 5 | 9): string[] {
  return Array.from({ length: 500 }, (_, i) => {
    const count = version === 5 ? 30 : 24;
    const header = Buffer.alloc(version === 5 ? 24 : 24);
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

/** Each sample many times, every copy a text of its own as if read from a socket. */
function recordsOf(type: ParserType): string[] {
  const samples = type.samples ?? [];
  const records: string[] = [];
  while (records.length < 4000)
    for (const sample of samples) records.push(Buffer.from(sample).toString('utf8'));
  return records;
}

function measure(
  type: ParserType,
  roundMs: number,
  name = type.name,
  records = recordsOf(type),
): ParserSpeed {
  const parser = type.configure({ ...type.sampleConfig }, environment);
  let messages = 0;
  const refuse = (error: Error): never => {
    throw error;
  };
  const sink: ParseSink = {
    emit: () => void messages++,
    reject: (_line, error) => refuse(error),
    fail: refuse,
    skip: () => undefined,
  };
  const rates: { records: number; messages: number }[] = [];
  for (let round = 0; round < 6; round++) {
    messages = 0;
    let count = 0;
    let elapsed = 0;
    const start = process.cpuUsage();
    do {
      for (const record of records) parser.parse(record, sink);
      count += records.length;
      const { user, system } = process.cpuUsage(start);
      elapsed = (user + system) / 1000;
    } while (elapsed < roundMs);
    if (round > 0) rates.push({ records: (count / elapsed) * 1000, messages: (messages / elapsed) * 1000 });
  }
  rates.sort((a, b) => a.records - b.records);
  const bytes = records.reduce((sum, record) => sum + record.length, 0) / records.length;
  return {
    name,
    recordsPerSecond: Math.round(rates[2]?.records ?? 0),
    messagesPerSecond: Math.round(rates[2]?.messages ?? 0),
    bytesPerRecord: Math.round(bytes),
  };
}

/** Runs every parser with samples for about `milliseconds` in six rounds. Throws when a sample is refused. */
export function run(milliseconds = 600, names: readonly string[] = []): ParserSpeed[] {
  const chosen = builtInParsers.filter(
    (type) => (type.samples?.length ?? 0) > 0 && (names.length === 0 || names.includes(type.name)),
  );
  const speeds = chosen.map((type) => measure(type, milliseconds / 6));
  const flows = chosen.find(({ name }) => name === 'netflow');
  if (flows === undefined) return speeds;
  return [
    ...speeds,
    measure(flows, milliseconds / 6, 'netflow v5, full datagrams', flowRecords(5)),
    measure(flows, milliseconds / 6, 'netflow v9, full datagrams', flowRecords(9)),
  ];
}

if (import.meta.main) {
  for (const speed of run(600, process.argv.slice(2))) {
    process.stdout.write(
      `${speed.name.padEnd(28)} ${speed.recordsPerSecond.toLocaleString('en').padStart(12)} records/s ${speed.messagesPerSecond.toLocaleString('en').padStart(12)} messages/s  ${speed.bytesPerRecord} bytes\n`,
    );
  }
}
