import type { Snapshot } from '../config/index.ts';
import type { ParserType } from '../parsers/index.ts';

/** The sensor whose records a parser reads: the one of its name, else the first that names it; null when there is none. */
export function sensorOf(snapshot: Snapshot, parser: ParserType): string | null {
  if (snapshot.parsers.has(parser.name)) return parser.name;
  const names = new Set([parser.name, ...parser.classNames]);
  for (const [sensor, { parserClassName }] of [...snapshot.parsers].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (names.has(parserClassName)) return sensor;
  }
  return null;
}
