/** Builds the table of AS ranges and hands it over in shared memory. */
import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { buildRangeTable } from './asn-database.ts';

const { v4, v6 } = workerData as { v4: string; v6: string };
const table = buildRangeTable(readFileSync(v4, 'utf8'), readFileSync(v6, 'utf8'));
const shared = new Uint8Array(new SharedArrayBuffer(table.length));
shared.set(table);
parentPort?.postMessage(shared);
