import { IndexError } from '../errors.ts';
import type { Session } from './database.ts';

const SCHEMA = `
CREATE TABLE IF NOT EXISTS sensors (id INTEGER PRIMARY KEY, name VARCHAR NOT NULL, overflowed BOOLEAN NOT NULL);
CREATE TABLE IF NOT EXISTS fields (sensor INTEGER NOT NULL, id INTEGER NOT NULL, name VARCHAR NOT NULL, kinds VARCHAR NOT NULL);
CREATE TABLE IF NOT EXISTS hot_tables (name VARCHAR PRIMARY KEY, sensor INTEGER NOT NULL, generation INTEGER NOT NULL, alerts BOOLEAN NOT NULL, created_at DOUBLE NOT NULL, closed BOOLEAN NOT NULL);
CREATE TABLE IF NOT EXISTS segments (id INTEGER PRIMARY KEY, sensor INTEGER NOT NULL, alerts BOOLEAN NOT NULL, file VARCHAR NOT NULL, row_count DOUBLE NOT NULL, bytes DOUBLE NOT NULL, min_time DOUBLE, max_time DOUBLE, timed DOUBLE NOT NULL, min_guid VARCHAR NOT NULL, max_guid VARCHAR NOT NULL, sealed_at DOUBLE NOT NULL, columns VARCHAR NOT NULL, lower_columns VARCHAR NOT NULL, raw_lines VARCHAR, value_columns VARCHAR, caseless_columns VARCHAR, text_facts VARCHAR);
CREATE TABLE IF NOT EXISTS templates (sensor INTEGER NOT NULL, id INTEGER NOT NULL, template VARCHAR NOT NULL);
CREATE TABLE IF NOT EXISTS superseded (segment INTEGER NOT NULL, row_number DOUBLE NOT NULL, guid VARCHAR NOT NULL);
CREATE TABLE IF NOT EXISTS originals (guid VARCHAR NOT NULL, sensor VARCHAR NOT NULL, document VARCHAR NOT NULL, patched_at DOUBLE NOT NULL);
CREATE TABLE IF NOT EXISTS positions (topic VARCHAR NOT NULL, part INTEGER NOT NULL, next_offset DOUBLE NOT NULL);
`;

/** Grows when tables are laid out otherwise than before. */
const LAYOUT = 3;

/** Statements that bring a database from the layout of this number to the next one. */
const MIGRATIONS: Readonly<Record<number, readonly string[]>> = {
  1: [
    'ALTER TABLE segments ADD COLUMN raw_lines VARCHAR',
    'ALTER TABLE segments ADD COLUMN value_columns VARCHAR',
    'ALTER TABLE segments ADD COLUMN caseless_columns VARCHAR',
  ],
  2: ['ALTER TABLE segments ADD COLUMN text_facts VARCHAR'],
};

/**
 * Makes the tables of the catalog where there are none, and brings those of earlier layouts up to the present.
 *
 * @throws IndexError SKP_INDEX_LAYOUT for a database that a later version wrote, or one before layouts had numbers.
 */
export async function prepareSchema(session: Session, folder: string): Promise<void> {
  const tables = await session.rows(
    "SELECT table_name FROM information_schema.tables WHERE table_name IN ('segments', 'layout')",
  );
  const names = tables.map(([name]) => name);
  await session.transaction(async () => {
    if (names.includes('segments')) await migrate(session, folder, names.includes('layout'));
    await session.run('CREATE TABLE IF NOT EXISTS layout (version INTEGER)');
    await session.run('DELETE FROM layout');
    await session.run(`INSERT INTO layout VALUES (${LAYOUT})`);
    await session.run(SCHEMA);
  });
}

async function migrate(session: Session, folder: string, numbered: boolean): Promise<void> {
  const [row] = numbered ? await session.rows('SELECT version FROM layout') : [];
  const found = typeof row?.[0] === 'number' ? row[0] : 0;
  for (let version = found; version !== LAYOUT; version++) {
    const statements = version > LAYOUT ? undefined : MIGRATIONS[version];
    if (statements === undefined) throw otherLayout(folder, found);
    for (const statement of statements) await session.run(statement);
  }
}

function otherLayout(folder: string, found: number): IndexError {
  return new IndexError(
    'SKP_INDEX_LAYOUT',
    `The event index in ${folder} is laid out by another version of Skopos (${found === 0 ? 'none' : found} instead of ${LAYOUT})`,
    { hint: 'Start that version, or move the folder away: what the log still holds is indexed again.' },
  );
}
