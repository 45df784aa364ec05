/** Carries the store over: accounts, reference data, threat intelligence, values of expressions. */
import { type JsonValue, type KeyValueEntry, type KeyValueStore, ReferenceData } from '../store/index.ts';
import { Digest } from './digest.ts';

const entriesAtOnce = 2_000;
const typesSuffix = ':types';

/** Whether a table holds reference data, which a store may keep in a form of its own. */
export async function isReference(store: KeyValueStore, table: string): Promise<boolean> {
  if (store.references !== undefined) return true;
  return (await store.tables()).includes(`${table}${typesSuffix}`);
}

/** Tables that are to be carried over, those of types aside: they come with their tables. */
export async function tablesOf(store: KeyValueStore): Promise<string[]> {
  return (await store.tables()).filter((table) => !table.endsWith(typesSuffix)).sort();
}

export async function carryTable(
  from: KeyValueStore,
  to: KeyValueStore,
  table: string,
  onProgress: (entries: number) => void,
): Promise<void> {
  if (await isReference(from, table)) {
    const [source, target] = [new ReferenceData(from), new ReferenceData(to)];
    let before = 0;
    for (const type of await source.types(table))
      before += await target.importMany(table, source.list(table, type), (written) =>
        onProgress(before + written),
      );
    return;
  }
  let carried = 0;
  let entries: KeyValueEntry[] = [];
  const flush = async (): Promise<void> => {
    await to.putMany(table, entries);
    carried += entries.length;
    entries = [];
    onProgress(carried);
  };
  for await (const entry of from.scan(table, {})) {
    entries.push(entry);
    if (entries.length === entriesAtOnce) await flush();
  }
  if (entries.length > 0) await flush();
}

/** What a table has, as `reference` says: a store that keeps reference data in its own form is asked for it as such. */
export async function digestTable(store: KeyValueStore, table: string, reference: boolean): Promise<Digest> {
  const digest = new Digest();
  if (!reference) {
    for await (const { key, value } of store.scan(table, {})) digest.add([key, value] satisfies JsonValue);
    return digest;
  }
  const data = new ReferenceData(store);
  for (const type of await data.types(table))
    for await (const { indicator, metadata } of data.list(table, type))
      digest.add([type, indicator, metadata]);
  return digest;
}
