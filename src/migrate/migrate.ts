/**
 * Carries an installation over to other engines: accounts, reference data, threat intelligence, events, alerts with what was said of
 * them, and what the log still holds. It goes on where it was stopped; nothing is written twice. At the end both sides are read
 * and compared.
 */
import type { EventLog, GroupPosition } from '../bus/index.ts';
import type { EventIndex } from '../index/index.ts';
import type { KeyValueStore } from '../store/index.ts';
import type { Digest } from './digest.ts';
import { carryPositions, carrySensor, digestSensor } from './events.ts';
import { carryLog, migrationGroup, partitionsToCarry } from './log.ts';
import { type Progress, readProgress, writeProgress } from './progress.ts';
import { carryTable, digestTable, isReference, tablesOf } from './store.ts';

/** The engines on both sides; null where they are the same. */
export interface Sides {
  readonly log: { readonly from: EventLog; readonly to: EventLog } | null;
  /** Where readers of the log stand after what the index here has. */
  readonly positions: readonly GroupPosition[];
  readonly index: { readonly from: EventIndex; readonly to: EventIndex } | null;
  readonly store: { readonly from: KeyValueStore; readonly to: KeyValueStore } | null;
}

export interface MigrateOptions {
  readonly progressFile: string;
  /** Tells targets apart: a migration that was begun goes on to the same one only. */
  readonly target: string;
  /** What is being done, and how many of it are done. */
  readonly onProgress?: (step: string, done: number) => void;
  /** Events that the target's index refused: they stay where they are. */
  readonly onRefused?: (event: {
    readonly sensor: string;
    readonly line: string;
    readonly reason: string;
  }) => void;
}

/** One line of the comparison at the end. */
export interface Compared {
  readonly kind: 'table' | 'sensor' | 'topic';
  readonly name: string;
  readonly here: number;
  readonly there: number;
  readonly same: boolean;
}

export interface MigrateReport {
  readonly compared: readonly Compared[];
  readonly refused: number;
  readonly same: boolean;
}

export async function migrate(sides: Sides, options: MigrateOptions): Promise<MigrateReport> {
  const { progressFile, target, onProgress = () => undefined } = options;
  const progress = await readProgress(progressFile, target);
  const save = (): Promise<void> => writeProgress(progressFile, progress);
  let refused = 0;
  if (sides.store !== null) await carryStore(sides.store, progress, save, onProgress);
  if (sides.index !== null) {
    const { from, to } = sides.index;
    for (const sensor of await from.sensors()) {
      let done = 0;
      await carrySensor(from, to, sensor, progress, save, (events, lines) => {
        done += events;
        refused += lines.length;
        for (const line of lines) options.onRefused?.(line);
        onProgress(`events of ${sensor}`, done);
      });
    }
    // The log stays: what the index has of it is not to be read again.
    if (sides.log === null) await carryPositions(to, sides.positions);
  }
  const partitions = sides.log === null ? [] : await partitionsToCarry(sides.log.from, sides.positions);
  if (sides.log !== null) {
    await carryLog(sides.log.from, sides.log.to, partitions, progress, save, (records) =>
      onProgress('records of the log', records),
    );
  }
  const compared: Compared[] = [
    ...(sides.store === null ? [] : await compareStores(sides.store, onProgress)),
    ...(sides.index === null ? [] : await compareIndexes(sides.index, onProgress)),
  ];
  if (sides.log !== null) {
    const there = new Map(
      (await sides.log.to.committed(migrationGroup)).map((one) => [
        `${one.partition}/${one.topic}`,
        one.nextOffset,
      ]),
    );
    for (const [topic, all] of Map.groupBy(partitions, (one) => one.topic)) {
      const here = all.reduce((sum, { from, end }) => sum + end - from, 0);
      const carried = all.reduce((sum, { partition }) => {
        const { base } = progress.partitions[`${partition}/${topic}`]!;
        return sum + Math.max(0, (there.get(`${partition}/${topic}`) ?? base) - base);
      }, 0);
      compared.push({ kind: 'topic', name: topic, here, there: carried, same: here === carried });
    }
  }
  return { compared, refused, same: compared.every(({ same }) => same) && refused === 0 };
}

type Told = (step: string, done: number) => void;

async function carryStore(
  { from, to }: { readonly from: KeyValueStore; readonly to: KeyValueStore },
  progress: Progress,
  save: () => Promise<void>,
  onProgress: Told,
): Promise<void> {
  for (const table of await tablesOf(from)) {
    if (progress.tables.includes(table)) continue;
    await carryTable(from, to, table, (entries) => onProgress(`entries of ${table}`, entries));
    progress.tables.push(table);
    await save();
  }
}

async function compareStores(
  { from, to }: { readonly from: KeyValueStore; readonly to: KeyValueStore },
  onProgress: Told,
): Promise<Compared[]> {
  const compared: Compared[] = [];
  for (const table of await tablesOf(from)) {
    onProgress(`comparing ${table}`, 0);
    const reference = await isReference(from, table);
    const here = await digestTable(from, table, reference);
    compared.push(line('table', table, here, await digestTable(to, table, reference)));
  }
  return compared;
}

async function compareIndexes(
  { from, to }: { readonly from: EventIndex; readonly to: EventIndex },
  onProgress: Told,
): Promise<Compared[]> {
  const compared: Compared[] = [];
  for (const sensor of await from.sensors()) {
    let done = 0;
    const told = (events: number): void => {
      done += events;
      onProgress(`comparing events of ${sensor}`, done);
    };
    const here = await digestSensor(from, sensor, told);
    compared.push(line('sensor', sensor, here, await digestSensor(to, sensor, told)));
  }
  return compared;
}

function line(kind: Compared['kind'], name: string, here: Digest, there: Digest): Compared {
  return { kind, name, here: here.count, there: there.count, same: here.equals(there) };
}
