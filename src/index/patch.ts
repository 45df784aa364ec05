import { isDeepStrictEqual } from 'node:util';
import { IndexError } from './errors.ts';
import type { IndexedEvent, PatchOperation } from './event-index.ts';

type Document = Record<string, unknown>;

/**
 * Applies operations in Metron's reading of RFC 6902 to a copy of a document: `op` in any case, paths split at `/` without
 * escapes and without array indices (so that names with `.` and `:` are plain steps), the parent of a path must exist, and
 * removing what is not there changes nothing. Unlike Metron, `move` takes the value from its own parent.
 *
 * @throws IndexError SKP_INDEX_PATCH with Metron's messages: `Invalid path: /a/b`, `The x operation is not supported`,
 * `TEST operation failed: supplied value [a] != target value [b]`.
 */
export function applyPatch(document: Readonly<Document>, operations: readonly PatchOperation[]): Document {
  const copy = structuredClone(document) as Document;
  for (const operation of operations) apply(copy, operation);
  return copy;
}

function apply(document: Document, operation: PatchOperation): void {
  const { op, path } = operation;
  switch (String(op).toLowerCase()) {
    case 'add':
    case 'replace':
      put(document, path, structuredClone(operation.value));
      return;
    case 'remove':
      take(document, path);
      return;
    case 'copy':
      put(document, path, structuredClone(read(document, fromOf(operation))));
      return;
    case 'move': {
      const value = read(document, fromOf(operation));
      take(document, fromOf(operation));
      put(document, path, value);
      return;
    }
    case 'test': {
      const found = read(document, path);
      if (!isDeepStrictEqual(found, operation.value)) {
        throw new IndexError(
          'SKP_INDEX_PATCH',
          `TEST operation failed: supplied value [${show(operation.value)}] != target value [${show(found)}]`,
        );
      }
      return;
    }
    default:
      throw new IndexError('SKP_INDEX_PATCH', `The ${String(op).slice(0, 60)} operation is not supported`, {
        hint: 'Operations are add, replace, remove, copy, move and test.',
      });
  }
}

function fromOf(operation: PatchOperation): string {
  if (typeof operation.from !== 'string') throw invalidPath(String(operation.from));
  return operation.from;
}

/** The object that a path's last step is in, and that step. */
function locate(document: Document, path: string): { parent: Document; leaf: string } {
  const steps = String(path)
    .split('/')
    .filter((step) => step !== '');
  const leaf = steps.pop();
  if (leaf === undefined) throw invalidPath(path);
  let parent = document;
  for (const step of steps) {
    const next = Object.hasOwn(parent, step) ? parent[step] : undefined;
    if (typeof next !== 'object' || next === null || Array.isArray(next)) throw invalidPath(path);
    parent = next as Document;
  }
  return { parent, leaf };
}

function read(document: Document, path: string): unknown {
  const { parent, leaf } = locate(document, path);
  return Object.hasOwn(parent, leaf) ? parent[leaf] : undefined;
}

function put(document: Document, path: string, value: unknown): void {
  const { parent, leaf } = locate(document, path);
  // Defined, not assigned: `__proto__` is a name like any other.
  Object.defineProperty(parent, leaf, {
    value: value ?? null,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

function take(document: Document, path: string): void {
  const { parent, leaf } = locate(document, path);
  if (Object.hasOwn(parent, leaf)) delete parent[leaf];
}

function invalidPath(path: string): IndexError {
  return new IndexError('SKP_INDEX_PATCH', `Invalid path: ${String(path).slice(0, 200)}`, {
    hint: 'A path is a slash and a field, as in /alert_status; each object on the way must exist.',
  });
}

function show(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'null');
  return text.slice(0, 200);
}

/**
 * What an event is after a change; what identifies it stays.
 *
 * @throws IndexError SKP_INDEX_CONFLICT when the change was made to another version.
 */
export function patchedEvent(
  event: IndexedEvent,
  operations: readonly PatchOperation[],
  expectedVersion: number | undefined,
): IndexedEvent {
  const { guid, version } = event;
  if (expectedVersion !== undefined && expectedVersion !== version) {
    throw new IndexError(
      'SKP_INDEX_CONFLICT',
      `${guid.slice(0, 100)} has version ${version}; the change was made to version ${expectedVersion}`,
      { hint: 'Read the event again and make the change to what it is now.' },
    );
  }
  const source = applyPatch(event.source, operations);
  source['guid'] = guid;
  return { guid, sensor: event.sensor, source, version: version + 1, score: null };
}

export function missingEvent(guid: string, sensor: string | undefined): IndexError {
  return new IndexError(
    'SKP_INDEX_MISSING',
    `Document does not exist, but is required; guid=${guid.slice(0, 100)}, sensorType=${sensor ?? ''}`,
  );
}

/** Other changes came first each time that it was tried. */
export function changedByMany(guid: string): IndexError {
  return new IndexError('SKP_INDEX_CONFLICT', `${guid.slice(0, 100)} is being changed by many at once`, {
    hint: 'Try again.',
  });
}
