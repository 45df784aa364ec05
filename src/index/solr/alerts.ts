/** Finding one event, and changing it. */
import type { IndexedEvent, PatchOperation } from '../event-index.ts';
import { changedByMany, missingEvent, patchedEvent } from '../patch.ts';
import { documentId } from '../remote/document-id.ts';
import { type Json, objectAt } from '../remote/json.ts';
import type { Collections } from './collections.ts';
import { documentText, readDocument } from './document.ts';
import { Own } from './names.ts';
import { type Server, serverError } from './server.ts';
import type { Settings } from './settings.ts';
import { idList } from './write.ts';

const MOST_ATTEMPTS = 20;

interface Found {
  readonly collection: string;
  readonly document: Json;
  readonly event: IndexedEvent;
}

/** In real time: also what no commit has shown to searches yet. */
export async function findEvent(
  server: Server,
  collections: Collections,
  guid: string,
  sensor?: string,
): Promise<Found | null> {
  const names = await collections.of(sensor === undefined ? undefined : [sensor]);
  const ids = idList([documentId(guid)]);
  const found = await Promise.all(
    names.map(async (collection): Promise<Found | null> => {
      const body = await server.read(`/${encodeURIComponent(collection)}/get`, {
        body: JSON.stringify({ params: { ids } }),
      });
      const [document] = (objectAt(body, 'response')['docs'] as readonly Json[] | undefined) ?? [];
      if (document === undefined) return null;
      const event = readDocument(document);
      return sensor === undefined || event.sensor === sensor ? { collection, document, event } : null;
    }),
  );
  return found.find((one) => one !== null) ?? null;
}

/** Writes the whole event again on the condition that it has not changed since it was read; no atomic update is ever sent. */
export async function patchEvent(
  server: Server,
  collections: Collections,
  settings: Settings,
  guid: string,
  sensor: string | undefined,
  operations: readonly PatchOperation[],
  expectedVersion: number | undefined,
): Promise<IndexedEvent> {
  await collections.replayed();
  for (let attempt = 0; ; attempt++) {
    const found = await findEvent(server, collections, guid, sensor);
    if (found === null) throw missingEvent(guid, sensor);
    const { collection, document, event } = found;
    const patched = patchedEvent(event, operations, expectedVersion);
    const { source, version } = patched;
    const before = document[Own.original] ?? document[Own.event];
    const text = documentText(
      String(document['id']),
      event.sensor,
      source,
      JSON.stringify(source),
      new Set(settings.textFields),
      { version, original: String(before) },
      String(document['_version_']),
    );
    const { status, body } = await server.raw(`/${encodeURIComponent(collection)}/update`, {
      query: { commitWithin: settings.commitWithinMs },
      body: `[${text}]`,
    });
    if (status < 300) return patched;
    if (status !== 409) throw serverError(status, body, '', `a change of ${guid.slice(0, 100)}`);
    if (attempt >= MOST_ATTEMPTS) throw changedByMany(guid);
  }
}
