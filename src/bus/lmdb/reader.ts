import type { ReadLimit } from '../event-log.ts';
import { LmdbRecordBatch } from './record-batch.ts';
import { Run } from './run.ts';
import { RunMemory } from './run-memory.ts';
import { getPartition, runKey, runKeyOffset, type Tables } from './tables.ts';

/**
 * Reads runs into buffers of their own: LMDB reuses pages once no read transaction needs them, so a view on its map would
 * change under a batch that is still in use.
 */
export class Reader {
  readonly #tables: Tables;
  /** The last run of a partition that was not read to its end, so that small reads do not copy and check it again. */
  readonly #partial = new Map<number, Run>();
  readonly #memory = new RunMemory();
  /** Where runs of the read at hand are put; null: into memory of their own. */
  #reused: RunMemory | null = null;

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  read(
    topic: string,
    topicId: number,
    partition: number,
    from: number,
    limit: ReadLimit,
  ): LmdbRecordBatch | null {
    this.#reused = limit.reuse === true ? this.#memory : null;
    this.#reused?.sweep(new Set(this.#partial.values()));
    const state = getPartition(this.#tables, topicId, partition);
    let offset = Math.max(from, state.startOffset);
    if (offset >= state.endOffset) return null;
    const first = this.#runAt(topic, topicId, partition, offset);
    if (!first) return null;
    offset = Math.max(offset, first.baseOffset);
    const base = offset;
    const runs: [Run, ...Run[]] = [first];
    let run: Run | undefined = first;
    let records = 0;
    let bytes = 0;
    while (run) {
      const index = offset - run.baseOffset;
      const start = run.valueStart(index);
      const room = limit.maxBytes - bytes;
      let taken = Math.min(run.count - index, limit.maxRecords - records);
      if (run.valueStart(index + taken) - start > room) taken = fitting(run, index, taken, room);
      if (records === 0 && taken < 1) taken = 1;
      bytes += run.valueStart(index + taken) - start;
      records += taken;
      offset += taken;
      if (offset < run.baseOffset + run.count) {
        if (taken === 0) runs.pop();
        this.#partial.set(topicId * 4096 + partition, run);
        break;
      }
      if (records >= limit.maxRecords || bytes >= limit.maxBytes || offset >= state.endOffset) break;
      run = this.#runStartingAt(topic, topicId, partition, offset);
      if (run) runs.push(run);
    }
    return new LmdbRecordBatch(topic, partition, base, records, runs);
  }

  /** The run that holds the offset, or the next one where retention has taken it away. */
  #runAt(topic: string, topicId: number, partition: number, offset: number): Run | undefined {
    const exact = this.#runStartingAt(topic, topicId, partition, offset);
    if (exact) return exact;
    const partial = this.#partialOf(topicId, partition);
    if (partial && partial.baseOffset <= offset && offset < partial.baseOffset + partial.count)
      return partial;
    const key = runKey(topicId, partition, offset);
    const prefix = runKey(topicId, partition, 0);
    for (const found of this.#tables.runs.getKeys({
      start: key,
      end: prefix,
      inclusiveEnd: true,
      reverse: true,
      limit: 1,
    })) {
      const run = this.#runStartingAt(topic, topicId, partition, runKeyOffset(found));
      if (run && offset < run.baseOffset + run.count) return run;
    }
    const end = runKey(topicId, partition + 1, 0);
    for (const found of this.#tables.runs.getKeys({ start: key, end, limit: 1 })) {
      return this.#runStartingAt(topic, topicId, partition, runKeyOffset(found));
    }
    return undefined;
  }

  #runStartingAt(topic: string, topicId: number, partition: number, offset: number): Run | undefined {
    const partial = this.#partialOf(topicId, partition);
    if (partial?.baseOffset === offset) return partial;
    const key = runKey(topicId, partition, offset);
    const make = (plain: Buffer) => new Run(plain, offset, () => `${topic}/${partition}`);
    if (this.#reused !== null) {
      // A view on memory of the library's own, which its next look-up overwrites.
      const view = this.#tables.runs.getBinaryFast(key);
      return view && this.#reused.hold(plainView(view), make);
    }
    const bytes = this.#tables.runs.getBinary(key);
    return bytes && make(plainView(bytes));
  }

  /** What was kept of the last read, if it may be: memory that is used again is not for who keeps a batch for long. */
  #partialOf(topicId: number, partition: number): Run | undefined {
    const partial = this.#partial.get(topicId * 4096 + partition);
    if (partial === undefined || this.#reused !== null || !this.#memory.holds(partial)) return partial;
    return undefined;
  }
}

/** lmdb-js gives large values a `length` property of their own; a plain view has the shape that V8 optimises for. */
function plainView(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** How many of `most` records from `index` on fit into `room` bytes. */
function fitting(run: Run, index: number, most: number, room: number): number {
  const start = run.valueStart(index);
  let low = 0;
  let high = most;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (run.valueStart(index + middle) - start <= room) low = middle;
    else high = middle - 1;
  }
  return low;
}
