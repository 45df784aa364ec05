/** Loads the demo's lists from their files, as `skopos load` does. */
import path from 'node:path';
import { readCsvFile } from '../loaders/index.ts';
import { type KeyValueStore, ReferenceData } from '../store/index.ts';
import { lists } from './lists.ts';

/** Answers the number of entries. Throws when a file is absent or a row of it is of no use. */
export async function loadLists(folder: string, store: KeyValueStore): Promise<number> {
  const reference = new ReferenceData(store);
  let loaded = 0;
  for (const { file, table, type } of lists) {
    const entries = readCsvFile(
      path.join(folder, file),
      { columns: [], separator: ',', type },
      {
        header: true,
        skip: (problem) => {
          throw new RangeError(`${file}: ${problem}`);
        },
      },
    );
    loaded += await reference.importMany(table, entries);
  }
  return loaded;
}
