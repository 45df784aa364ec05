/** Builds the table of AS ranges: `range-table-process.ts V4_CSV V6_CSV TARGET`. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { buildRangeTable } from './asn-database.ts';

const [v4 = '', v6 = '', target = ''] = process.argv.slice(2);
const part = `${target}.${process.pid}.part`;
writeFileSync(part, buildRangeTable(readFileSync(v4, 'utf8'), readFileSync(v6, 'utf8')));
// Renamed into place: a start that is cut short leaves no half table.
renameSync(part, target);
