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

/** Each sample many times, every copy a text of its own as if read from a socket. */
function recordsOf(type: ParserType): string[] {
  const samples = type.samples ?? [];
  const records: string[] = [];
  while (records.length < 4000)
    for (const sample of samples) records.push(Buffer.from(sample).toString('utf8'));
  return records;
}

function measure(type: ParserType, roundMs: number): ParserSpeed {
  const parser = type.configure({ ...type.sampleConfig }, environment);
  const records = recordsOf(type);
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
    name: type.name,
    recordsPerSecond: Math.round(rates[2]?.records ?? 0),
    messagesPerSecond: Math.round(rates[2]?.messages ?? 0),
    bytesPerRecord: Math.round(bytes),
  };
}

/** Runs every parser with samples for about `milliseconds` in six rounds. Throws when a sample is refused. */
export function run(milliseconds = 600, names: readonly string[] = []): ParserSpeed[] {
  return builtInParsers
    .filter((type) => (type.samples?.length ?? 0) > 0 && (names.length === 0 || names.includes(type.name)))
    .map((type) => measure(type, milliseconds / 6));
}

if (import.meta.main) {
  for (const speed of run(600, process.argv.slice(2))) {
    process.stdout.write(
      `${speed.name.padEnd(24)} ${speed.recordsPerSecond.toLocaleString('en').padStart(12)} records/s ${speed.messagesPerSecond.toLocaleString('en').padStart(12)} messages/s  ${speed.bytesPerRecord} bytes\n`,
    );
  }
}
