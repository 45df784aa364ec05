import type { DuckdbIndexOptions } from './duckdb/settings.ts';
import type { EventIndex } from './event-index.ts';

/**
 * Opens (or makes) the event index of a data folder. What is in the folder: docs/storage.md. DuckDB is loaded here and not before,
 * since threads and commands that only encode events or read queries come through the same door.
 *
 * @throws IndexError SKP_INDEX_LOCKED when another process has it open.
 */
export async function openDuckdbIndex(folder: string, options: DuckdbIndexOptions = {}): Promise<EventIndex> {
  const duckdb = await import('./duckdb/duckdb-index.ts');
  return duckdb.openDuckdbIndex(folder, options);
}
