/**
 * OTLP's logs in protobuf (`ExportLogsServiceRequest`, `LogsData`: the same bytes) as OTLP's JSON, so that both are read alike. Fields by
 * opentelemetry-proto 1.8: logs/v1/logs.proto, common/v1/common.proto, resource/v1/resource.proto
 * (https://github.com/open-telemetry/opentelemetry-proto). What came before version 0.15 has the same bytes under other names.
 */
import { ParseError } from '../errors.ts';
import {
  ProtobufCursor,
  type ProtobufField,
  type ProtobufMessage,
  readProtobuf,
} from '../shared/protobuf.ts';

const anyValue = new Map<number, ProtobufField>();
const keyValue: ProtobufMessage = new Map<number, ProtobufField>([
  [1, { name: 'key', kind: 'text' }],
  [2, { name: 'value', kind: anyValue }],
]);
const arrayValue: ProtobufMessage = new Map([[1, { name: 'values', kind: anyValue, list: true }]]);
const pairs: ProtobufMessage = new Map([[1, { name: 'values', kind: keyValue, list: true }]]);
anyValue
  .set(1, { name: 'stringValue', kind: 'text' })
  .set(2, { name: 'boolValue', kind: 'bool' })
  .set(3, { name: 'intValue', kind: 'int64' })
  .set(4, { name: 'doubleValue', kind: 'double' })
  .set(5, { name: 'arrayValue', kind: arrayValue })
  .set(6, { name: 'kvlistValue', kind: pairs })
  .set(7, { name: 'bytesValue', kind: 'base64' });

const logRecord: ProtobufMessage = new Map<number, ProtobufField>([
  [1, { name: 'timeUnixNano', kind: 'fixed64' }],
  [2, { name: 'severityNumber', kind: 'uint32' }],
  [3, { name: 'severityText', kind: 'text' }],
  [5, { name: 'body', kind: anyValue }],
  [6, { name: 'attributes', kind: keyValue, list: true }],
  [7, { name: 'droppedAttributesCount', kind: 'uint32' }],
  [8, { name: 'flags', kind: 'fixed32' }],
  [9, { name: 'traceId', kind: 'hex' }],
  [10, { name: 'spanId', kind: 'hex' }],
  [11, { name: 'observedTimeUnixNano', kind: 'fixed64' }],
  [12, { name: 'eventName', kind: 'text' }],
]);
const scope: ProtobufMessage = new Map<number, ProtobufField>([
  [1, { name: 'name', kind: 'text' }],
  [2, { name: 'version', kind: 'text' }],
  [3, { name: 'attributes', kind: keyValue, list: true }],
  [4, { name: 'droppedAttributesCount', kind: 'uint32' }],
]);
const scopeLogs: ProtobufMessage = new Map<number, ProtobufField>([
  [1, { name: 'scope', kind: scope }],
  [2, { name: 'logRecords', kind: logRecord, list: true }],
  [3, { name: 'schemaUrl', kind: 'text' }],
]);
const resource: ProtobufMessage = new Map<number, ProtobufField>([
  [1, { name: 'attributes', kind: keyValue, list: true }],
  [2, { name: 'droppedAttributesCount', kind: 'uint32' }],
]);
const resourceLogs: ProtobufMessage = new Map<number, ProtobufField>([
  [1, { name: 'resource', kind: resource }],
  [2, { name: 'scopeLogs', kind: scopeLogs, list: true }],
  [3, { name: 'schemaUrl', kind: 'text' }],
]);
const request: ProtobufMessage = new Map([[1, { name: 'resourceLogs', kind: resourceLogs, list: true }]]);

/** Field 1, delimited: the only field of a request. It is a newline as well. */
const resourceLogsTag = 0x0a;

/** OTLP's JSON of a request. Throws `ParseError` when the bytes are none. */
export function otlpJson(bytes: Uint8Array): string {
  return JSON.stringify(readProtobuf(new ProtobufCursor(bytes), bytes.length, request));
}

/** Text, or OTLP's JSON for protobuf. What is neither is left as text, for the parser to refuse. */
export function otlpText(bytes: Uint8Array, decode: (bytes: Uint8Array) => string): string {
  if (bytes[0] !== resourceLogsTag) return decode(bytes);
  try {
    return otlpJson(bytes);
  } catch {
    return decode(bytes);
  }
}

/**
 * Cuts a request into requests of at most `most` bytes, where its records allow for that: each has one resource and one scope. Throws `ParseError`
 * when the bytes are no request.
 */
export function splitOtlp(bytes: Uint8Array, most: number): Buffer[] {
  const cursor = new ProtobufCursor(bytes);
  const requests: Buffer[] = [];
  while (cursor.at < bytes.length) {
    const from = cursor.at;
    cursor.begin(bytes.length);
    if (cursor.number !== 1 || cursor.wire !== 2) {
      cursor.skip(bytes.length);
      continue;
    }
    const end = cursor.contents(bytes.length);
    if (end - from <= most) {
      // Read whole, so that a sender hears at once of what is broken.
      readProtobuf(new ProtobufCursor(bytes, cursor.at), end, resourceLogs);
      requests.push(Buffer.from(bytes.subarray(from, end)));
    } else splitResource(cursor, end, most, requests);
    cursor.at = end;
  }
  if (requests.length === 0 && bytes.length > 0)
    throw new ParseError('Not OTLP logs: protobuf without resource_logs');
  return requests;
}

function splitResource(cursor: ProtobufCursor, end: number, most: number, requests: Buffer[]): void {
  const { others, lists } = partsOf(cursor, end);
  for (const [from, to] of lists) {
    const inner = new ProtobufCursor(cursor.bytes, from);
    const { others: ofScope, lists: records } = partsOf(inner, to);
    const frame = others.length + ofScope.length + 64;
    let gathered: Buffer[] = [];
    let size = frame;
    const flush = (): void => {
      if (gathered.length === 0) return;
      const scopeBytes = delimited(2, Buffer.concat([ofScope, ...gathered]));
      requests.push(delimited(1, Buffer.concat([others, scopeBytes])));
      gathered = [];
      size = frame;
    };
    for (const [at, until] of records) {
      readProtobuf(new ProtobufCursor(cursor.bytes, at), until, logRecord);
      const record = delimited(2, cursor.bytes.subarray(at, until));
      if (size + record.length > most) flush();
      gathered.push(record);
      size += record.length;
    }
    flush();
  }
}

/** Places of the contents of field 2, and the bytes of all other fields. */
function partsOf(cursor: ProtobufCursor, end: number): { others: Buffer; lists: [number, number][] } {
  const others: Buffer[] = [];
  const lists: [number, number][] = [];
  while (cursor.at < end) {
    const from = cursor.at;
    cursor.begin(end);
    if (cursor.number === 2 && cursor.wire === 2) {
      const to = cursor.contents(end);
      lists.push([cursor.at, to]);
      cursor.at = to;
    } else {
      cursor.skip(end);
      others.push(cursor.bytes.subarray(from, cursor.at));
    }
  }
  return { others: Buffer.concat(others), lists };
}

function delimited(number: number, contents: Buffer): Buffer {
  const head: number[] = [number * 8 + 2];
  let length = contents.length;
  for (; length >= 128; length = Math.floor(length / 128)) head.push((length % 128) | 0x80);
  head.push(length);
  return Buffer.concat([Buffer.from(head), contents]);
}
