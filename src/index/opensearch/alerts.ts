/** Finding one event, and changing it. */
import { IndexError } from '../errors.ts';
import type { IndexedEvent, PatchOperation } from '../event-index.ts';
import { changedByMany, missingEvent, patchedEvent } from '../patch.ts';
import { documentId } from '../remote/document-id.ts';
import { isObject, type Json, listAt, numberAt, objectAt, textAt } from '../remote/json.ts';
import type { Server } from './client.ts';
import { reasonOf } from './client.ts';
import { documentText, readDocument } from './document.ts';
import { indexPattern, ORIGINAL, sensorOfIndex } from './names.ts';
import type { Writer } from './write.ts';

interface Found {
  readonly event: IndexedEvent;
  readonly index: string;
  readonly hit: Json;
}

/** How often a change is made anew because another one came first. */
const ATTEMPTS = 10;
/** Indices in which an event is looked for that searches do not see yet: the newest ones. */
const NEWEST = 50;

export async function findEvent(
  server: Server,
  guid: string,
  sensor: string | undefined,
): Promise<Found | null> {
  const id = documentId(guid);
  const pattern = sensor === undefined ? '*_index_*' : indexPattern([sensor]);
  const query = { ignore_unavailable: true, allow_no_indices: true };
  const { body } = await server.request('POST', `/${pattern}/_search`, {
    query,
    body: { size: 1, _source: false, query: { ids: { values: [id] } } },
  });
  const index = textAt(listAt(body, 'hits', 'hits')[0], '_index');
  // The search tells the index; the document itself is read as it is now.
  const indices = index === undefined ? await newestIndices(server, pattern) : [index];
  if (indices.length === 0) return null;
  const { body: answer } = await server.request('POST', '/_mget', {
    body: { docs: indices.map((_index) => ({ _index, _id: id })) },
  });
  const hit = listAt(answer, 'docs').find((one) => objectAt(one)['found'] === true);
  if (!isObject(hit)) return null;
  return { event: readDocument(hit), index: textAt(hit, '_index') ?? '', hit };
}

async function newestIndices(server: Server, pattern: string): Promise<string[]> {
  const { body } = await server.request('GET', `/${pattern}/_settings`, {
    query: {
      filter_path: '*.settings.index.creation_date',
      ignore_unavailable: true,
      allow_no_indices: true,
    },
  });
  const made = (index: string): number =>
    Number(textAt(objectAt(body, index, 'settings', 'index'), 'creation_date') ?? 0);
  return Object.keys(objectAt(body))
    .sort((a, b) => made(b) - made(a))
    .slice(0, NEWEST);
}

export async function patchEvent(
  server: Server,
  writer: Writer,
  guid: string,
  sensor: string | undefined,
  operations: readonly PatchOperation[],
  expectedVersion: number | undefined,
): Promise<IndexedEvent> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const found = await findEvent(server, guid, sensor);
    if (found === null) throw missingEvent(guid, sensor);
    const { event, index, hit } = found;
    const patched = patchedEvent(event, operations, expectedVersion);
    const { source, version } = patched;
    const name = sensorOfIndex(index) ?? event.sensor;
    const fields = await writer.fieldsFor(name, index, [{ fields: source }]);
    const original = textAt(objectAt(hit, '_source'), ORIGINAL) ?? JSON.stringify(event.source);
    const write = (apart: boolean): ReturnType<Server['request']> =>
      server.request('PUT', `/${encodeURIComponent(index)}/_doc/${encodeURIComponent(documentId(guid))}`, {
        query: {
          if_seq_no: numberAt(hit, '_seq_no') ?? 0,
          if_primary_term: numberAt(hit, '_primary_term') ?? 0,
          // Whoever changes an alert looks at the list of alerts next.
          refresh: true,
        },
        body: JSON.parse(documentText(source, name, fields, { version, original, apart })),
        allow: [400, 409],
      });
    let answer = await write(false);
    if (answer.status === 400) answer = await write(true);
    if (answer.status === 400) {
      throw new IndexError(
        'SKP_INDEX_PATCH',
        `the index refuses the changed event: ${reasonOf(answer.body)}`,
      );
    }
    if (answer.status !== 409) return patched;
  }
  throw changedByMany(guid);
}
