/**
 * OpenTelemetry logs in OTLP's JSON: a request with `resourceLogs`, or one a line (as the collector's file exporter writes); or a request in protobuf, of
 * which the same JSON is made first. Each log record is a message.
 *
 * Attributes of the record, of its resource and of its scope stand under their own names; where two have the same, the record's holds, then the resource's;
 * the others stand under `resource.` and `scope.`. A body of text is `message`; an object's members stand under `body.`. Integers, which OTLP writes as text, are numbers
 * where a double holds them. Names that the parser sets itself get `otel.` in front.
 */
import { excerpt, ParseError } from '../errors.ts';
import { isMap } from '../fields.ts';
import { LineRefusals } from '../line-records.ts';
import type { Message, Parser, ParserEnvironment, ParseSink } from '../parser.ts';
import { isIpAddress } from '../shared/addresses.ts';
import { type DocumentedParser, field } from '../shared/documented.ts';
import { EventFields, numberOr, PrefixedNames } from '../shared/event-fields.ts';
import { eachJsonValue, type Json, type JsonValueReader, mapIn, textIn } from '../shared/json-format.ts';
import { otlpSamples } from './otlp.samples.ts';
import { otlpText } from './otlp-protobuf.ts';

const maxDepth = 32;
const reserved = new Set([
  'timestamp',
  'original_string',
  'guid',
  'is_alert',
  'source.type',
  'ip_src_addr',
  'ip_src_port',
  'ip_dst_addr',
  'ip_dst_port',
  'protocol',
  'message',
  'body',
  'log.level',
  'event.name',
  'trace.id',
  'span.id',
]);

type Endpoint = readonly [address: string, port: string];

/** Attributes of OpenTelemetry's conventions that Metron names, the deprecated `net.*` last. */
const sources: readonly Endpoint[] = [
  ['client.address', 'client.port'],
  ['source.address', 'source.port'],
  ['network.peer.address', 'network.peer.port'],
  ['net.sock.peer.addr', 'net.sock.peer.port'],
  ['net.peer.ip', 'net.peer.port'],
];
const destinations: readonly Endpoint[] = [
  ['server.address', 'server.port'],
  ['destination.address', 'destination.port'],
  ['network.local.address', 'network.local.port'],
  ['net.sock.host.addr', 'net.sock.host.port'],
  ['net.host.ip', 'net.host.port'],
];
const endpointNames = new Set([...sources.flat(), ...destinations.flat(), 'network.transport']);

class OtlpParser implements Parser {
  readonly #fields = new EventFields();
  readonly #environment: ParserEnvironment;
  readonly #names = new PrefixedNames('');
  /** Values of the attributes that endpoints are read from. */
  readonly #endpointValues = new Map<string, unknown>();

  constructor(environment: ParserEnvironment) {
    this.#environment = environment;
  }

  parse(text: string, sink: ParseSink): void {
    eachJsonValue(text, sink, this.#request);
  }

  readonly #request: JsonValueReader = (request, text, alone, sink) => {
    const resources = isMap(request) ? request['resourceLogs'] : undefined;
    if (!Array.isArray(resources)) {
      const error = new ParseError(`Not OTLP logs: expected an object with resourceLogs: ${excerpt(text)}`);
      if (!alone) throw error;
      sink.reject(text, error);
      return;
    }
    let count = 0;
    const refusals = new LineRefusals(sink);
    /** Not tried any more. */
    const rest: unknown[] = [];
    let goesOn = true;
    for (const resourceLogs of resources) {
      if (!isMap(resourceLogs)) continue;
      const scopes = resourceLogs['scopeLogs'] ?? resourceLogs['instrumentationLibraryLogs'];
      if (!Array.isArray(scopes)) continue;
      for (const scopeLogs of scopes) {
        const records = isMap(scopeLogs) ? (scopeLogs['logRecords'] ?? scopeLogs['logs']) : undefined;
        if (!isMap(scopeLogs) || !Array.isArray(records)) continue;
        for (const record of records) {
          count++;
          if (goesOn) goesOn = this.#emit(record, scopeLogs, resourceLogs, sink, refusals);
          else rest.push(record);
        }
      }
    }
    if (count === 0) sink.skip(text, 'no-log-records');
    if (rest.length > 0) refusals.refuseRest(JSON.stringify(rest));
  };

  /** Answers false when too many were refused to go on. */
  #emit(
    record: unknown,
    scopeLogs: Json,
    resourceLogs: Json,
    sink: ParseSink,
    refusals: LineRefusals,
  ): boolean {
    const raw = JSON.stringify(record);
    let message: Message;
    try {
      if (!isMap(record)) throw new ParseError(`A log record that is no object: ${excerpt(raw)}`);
      message = this.#message(record, scopeLogs, resourceLogs, raw);
    } catch (error) {
      return refusals.refuse(raw, error);
    }
    sink.emit(message);
    return true;
  }

  #message(record: Json, scopeLogs: Json, resourceLogs: Json, raw: string): Message {
    const fields = this.#fields;
    fields.clear();
    this.#endpointValues.clear();
    fields.set(
      'timestamp',
      nanoTime(record['timeUnixNano']) ?? nanoTime(record['observedTimeUnixNano']) ?? this.#environment.now(),
    );
    fields.setText('log.level', textIn(record, 'severityText')?.toLowerCase());
    setPlain(fields, 'otel.severity_number', record['severityNumber']);
    setPlain(fields, 'otel.time_unix_nano', record['timeUnixNano']);
    setPlain(fields, 'otel.observed_time_unix_nano', record['observedTimeUnixNano']);
    setPlain(fields, 'otel.flags', record['flags']);
    setPlain(fields, 'otel.dropped_attributes_count', record['droppedAttributesCount']);
    fields.setText('event.name', textIn(record, 'eventName'));
    fields.setText('trace.id', textIn(record, 'traceId'));
    fields.setText('span.id', textIn(record, 'spanId'));
    this.#body(record['body']);
    this.#attributes(record['attributes'], '');
    this.#attributes(mapIn(resourceLogs, 'resource')['attributes'], 'resource.');
    const scope = isMap(scopeLogs['scope']) ? scopeLogs['scope'] : mapIn(scopeLogs, 'instrumentationLibrary');
    fields.setText('otel.scope.name', textIn(scope, 'name'));
    fields.setText('otel.scope.version', textIn(scope, 'version'));
    fields.setText('otel.schema_url', textIn(resourceLogs, 'schemaUrl') ?? textIn(scopeLogs, 'schemaUrl'));
    this.#attributes(scope['attributes'], 'scope.');
    this.#endpoints();
    fields.set('original_string', raw);
    return fields.build();
  }

  #body(body: unknown): void {
    const value = anyValue(body, 0);
    if (typeof value === 'string') this.#fields.setText('message', value);
    else if (isMap(value)) this.#flatten('body', value, '', 0);
    else if (value !== undefined && value !== null) this.#fields.set('body', value);
  }

  #attributes(list: unknown, otherwise: string): void {
    if (!Array.isArray(list)) return;
    for (const attribute of list) {
      if (!isMap(attribute)) continue;
      const key = attribute['key'];
      const value = anyValue(attribute['value'], 0);
      if (typeof key !== 'string' || key === '' || value === undefined || value === null) continue;
      if (isMap(value)) this.#flatten(key, value, otherwise, 0);
      else this.#put(key, value, otherwise);
    }
  }

  #flatten(prefix: string, map: Json, otherwise: string, depth: number): void {
    for (const key in map) {
      const value = map[key];
      const name = `${prefix}.${key}`;
      if (isMap(value) && depth < maxDepth && name.length < 512)
        this.#flatten(name, value, otherwise, depth + 1);
      else if (value !== undefined && value !== null) this.#put(name, value, otherwise);
    }
  }

  #put(name: string, value: unknown, otherwise: string): void {
    const fields = this.#fields;
    const entry = this.#names.entry(reserved.has(name) || name.startsWith('otel.') ? `otel.${name}` : name);
    if (fields.setOnce(entry, value)) {
      if (endpointNames.has(name)) this.#endpointValues.set(name, value);
      return;
    }
    fields.append(otherwise === '' ? `otel.attributes.${name}` : otherwise + name, value);
  }

  #endpoints(): void {
    if (this.#endpointValues.size === 0) return;
    this.#endpoint(sources, 'ip_src_addr', 'ip_src_port');
    this.#endpoint(destinations, 'ip_dst_addr', 'ip_dst_port');
    const transport = this.#endpointValues.get('network.transport');
    if (typeof transport === 'string') this.#fields.set('protocol', transport.toLowerCase());
  }

  #endpoint(endpoints: readonly Endpoint[], addressName: string, portName: string): void {
    for (const [addressAttribute, portAttribute] of endpoints) {
      const address = this.#endpointValues.get(addressAttribute);
      if (typeof address !== 'string' || !isIpAddress(address)) continue;
      this.#fields.set(addressName, address);
      const port = this.#endpointValues.get(portAttribute);
      if (typeof port === 'number') this.#fields.set(portName, port);
      return;
    }
  }
}

function setPlain(fields: EventFields, name: string, value: unknown): void {
  if (typeof value === 'number' || (typeof value === 'string' && value !== '')) fields.set(name, value);
}

/** `timeUnixNano`, digits as text (or a number), to epoch milliseconds; undefined when there is none. */
function nanoTime(value: unknown): number | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || !/^\d{7,19}$/.test(text)) return undefined;
  return Number(text.slice(0, -6));
}

/** A value of OTLP as a value of JSON; undefined for an empty one. */
function anyValue(value: unknown, depth: number): unknown {
  if (!isMap(value) || depth > maxDepth) return undefined;
  if (typeof value['stringValue'] === 'string') return value['stringValue'];
  if (typeof value['boolValue'] === 'boolean') return value['boolValue'];
  const integer = value['intValue'];
  if (typeof integer === 'number') return integer;
  if (typeof integer === 'string') return numberOr(integer);
  const double = value['doubleValue'];
  if (typeof double === 'number' || typeof double === 'string') return double;
  if (typeof value['bytesValue'] === 'string') return value['bytesValue'];
  const list = mapIn(value, 'arrayValue')['values'];
  if (Array.isArray(list)) return list.map((one) => anyValue(one, depth + 1) ?? null);
  const pairs = mapIn(value, 'kvlistValue')['values'];
  if (Array.isArray(pairs)) return mapOf(pairs, depth);
  return undefined;
}

function mapOf(pairs: readonly unknown[], depth: number): Json {
  const entries: [string, unknown][] = [];
  for (const pair of pairs) {
    if (isMap(pair) && typeof pair['key'] === 'string')
      entries.push([pair['key'], anyValue(pair['value'], depth + 1) ?? null]);
  }
  return Object.fromEntries(entries);
}

export const otlp: DocumentedParser = {
  name: 'otlp-logs',
  classNames: ['OtlpLogsParser', 'otlp', 'opentelemetry'],
  description: 'OpenTelemetry logs in OTLP’s JSON or protobuf',
  options: [],
  samples: otlpSamples,
  references: [
    'OpenTelemetry, OTLP Specification, JSON Protobuf Encoding: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding',
    'OpenTelemetry, opentelemetry-proto, logs/v1/logs.proto: https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/logs/v1/logs.proto',
    'OpenTelemetry, Logs Data Model: https://opentelemetry.io/docs/specs/otel/logs/data-model/',
  ],
  fields: [
    field('message', 'text', 'Body, when it is text.'),
    field('body.*', 'any', 'Members of a body that is an object.'),
    field('body', 'any', 'A body of another kind.'),
    field('log.level', 'text', '`severityText` in lower case.'),
    field('event.name', 'text', '`eventName`.'),
    field('trace.id', 'text', '`traceId`.'),
    field('span.id', 'text', '`spanId`.'),
    field(
      'ip_src_addr',
      'text',
      '`client.address`, `source.address` or `network.peer.address`, when it is an address.',
    ),
    field('ip_src_port', 'number', 'Its port.'),
    field(
      'ip_dst_addr',
      'text',
      '`server.address`, `destination.address` or `network.local.address`, when it is an address.',
    ),
    field('ip_dst_port', 'number', 'Its port.'),
    field('protocol', 'text', '`network.transport`.'),
    field(
      'otel.*',
      'any',
      '`severity_number`, `time_unix_nano`, `observed_time_unix_nano`, `flags`, `scope.name`, `scope.version`, `schema_url`; attributes of reserved names.',
    ),
    field('resource.*', 'any', 'Attributes of the resource whose name the record has too.'),
    field('scope.*', 'any', 'Attributes of the scope, likewise.'),
    field('*', 'any', 'Attributes under their own names.'),
  ],
  readBytes: otlpText,
  configure: (_config, environment) => new OtlpParser(environment),
};
