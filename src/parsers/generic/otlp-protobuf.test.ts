/** OTLP's protobuf gives what its JSON gives. Requests are encoded by another implementation (protobufjs). */
import protobuf from 'protobufjs';
import { describe, expect, test } from 'vitest';
import { charsetDecoder } from '../charset.ts';
import { ParseError } from '../errors.ts';
import { runParser } from '../parser-harness.ts';
import { recordDecoder } from '../record-decoder.ts';
import { otlpSamples } from './otlp.samples.ts';
import { otlpJson, otlpText, splitOtlp } from './otlp-protobuf.ts';

const { root } = protobuf.parse(`syntax = "proto3";
message Request { repeated ResourceLogs resource_logs = 1; }
message ResourceLogs { Resource resource = 1; repeated ScopeLogs scope_logs = 2; string schema_url = 3; }
message Resource { repeated KeyValue attributes = 1; uint32 dropped_attributes_count = 2; }
message ScopeLogs { Scope scope = 1; repeated LogRecord log_records = 2; string schema_url = 3; }
message Scope { string name = 1; string version = 2; repeated KeyValue attributes = 3; }
message KeyValue { string key = 1; AnyValue value = 2; }
message AnyValue { oneof value { string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4;
  ArrayValue array_value = 5; KeyValueList kvlist_value = 6; bytes bytes_value = 7; } }
message ArrayValue { repeated AnyValue values = 1; }
message KeyValueList { repeated KeyValue values = 1; }
message LogRecord { fixed64 time_unix_nano = 1; fixed64 observed_time_unix_nano = 11; int32 severity_number = 2; string severity_text = 3;
  AnyValue body = 5; repeated KeyValue attributes = 6; uint32 dropped_attributes_count = 7; fixed32 flags = 8; bytes trace_id = 9;
  bytes span_id = 10; string event_name = 12; }`);
const Request = root.lookupType('Request');

/** OTLP's JSON as protobuf. */
function encode(request: unknown): Buffer {
  const members = JSON.parse(JSON.stringify(request), (key, value: unknown) =>
    (key === 'traceId' || key === 'spanId') && typeof value === 'string' ? Buffer.from(value, 'hex') : value,
  ) as Record<string, unknown>;
  return Buffer.from(Request.encode(Request.fromObject(members)).finish());
}

const utf8 = charsetDecoder('UTF-8');
const decode = recordDecoder('otlp-logs', {});
const requestOf = (...logRecords: unknown[]): unknown => ({
  resourceLogs: [{ resource: {}, scopeLogs: [{ scope: { name: 'a' }, logRecords }] }],
});
const plain = (text: string): unknown[] => runParser('otlp-logs', {}, text).messages;

/** Without the text of the record, in which members may stand in another order. */
function fieldsOf(messages: readonly unknown[]): unknown[] {
  return messages.map((message) => ({ ...(message as object), original_string: '' }));
}

describe('OTLP logs in protobuf', () => {
  test.each(otlpSamples.slice(0, 3))('give the messages of the same request in JSON, sample %#', (sample) => {
    const messages = plain(decode(encode(JSON.parse(sample))));
    expect(messages.length).toBeGreaterThan(0);
    expect(fieldsOf(messages)).toEqual(fieldsOf(plain(sample)));
  });

  test('have values of every kind, as wide as they are', () => {
    const values = [
      { stringValue: 'ünï\u0000' },
      { boolValue: false },
      { intValue: '-9223372036854775808' },
      { intValue: '9007199254740993' },
      { intValue: '-1' },
      { intValue: '0' },
      { doubleValue: -0.5 },
      { doubleValue: 'NaN' },
      { bytesValue: 'AP8Q' },
      { arrayValue: { values: [{ stringValue: '' }, {}] } },
      { kvlistValue: { values: [{ key: 'k', value: { intValue: '7' } }] } },
    ];
    const attributes = values.map((value, i) => ({ key: `a${i}`, value }));
    const request = requestOf({ timeUnixNano: '18446744073709551615', flags: 4_294_967_295, attributes });
    expect(JSON.parse(otlpJson(encode(request)))).toEqual(request);
  });

  test('keep their own field, `__proto__`, from prototypes', () => {
    const attributes = [
      {
        key: '__proto__',
        value: { kvlistValue: { values: [{ key: '__proto__', value: { intValue: '1' } }] } },
      },
    ];
    plain(decode(encode(requestOf({ attributes }))));
    expect(({} as Record<string, unknown>)['a']).toBeUndefined();
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  test('pass over fields that are not known', () => {
    const known = encode(requestOf({ severityText: 'INFO' }));
    const more = Buffer.concat([
      known,
      Buffer.from([0xf8, 0x7f, 5, 0xfa, 0x7f, 2, 1, 2, 0xfd, 0x7f, 1, 2, 3, 4]),
    ]);
    expect(otlpJson(more)).toBe(otlpJson(known));
  });

  test('are told from text, which may begin with the same byte', () => {
    const text = `\n${otlpSamples[0]}`;
    expect(otlpText(Buffer.from(text), utf8)).toBe(text);
    expect(plain(decode(Buffer.from(`\n{\n${otlpSamples[0]!.slice(1)}`)))).toHaveLength(1);
  });

  test('end as an error or as messages, whatever their bytes: 30,000 mutations', () => {
    const seeds = otlpSamples.slice(0, 3).map((sample) => encode(JSON.parse(sample)));
    let state = 42;
    const below = (limit: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * limit);
    };
    let messages = 0;
    for (let i = 0; i < 30_000; i++) {
      const bytes = Buffer.from(seeds[i % seeds.length]!);
      for (let change = below(4); change >= 0; change--) bytes[below(bytes.length)] = below(256);
      const cut = bytes.subarray(0, below(8) === 0 ? below(bytes.length) : bytes.length);
      const { messages: found, rejected, failures, skipped } = runParser('otlp-logs', {}, decode(cut));
      expect(found.length + rejected.length + failures.length + skipped.length).toBeGreaterThan(0);
      messages += found.length;
      try {
        for (const part of splitOtlp(cut, 200)) otlpJson(part);
      } catch (error) {
        expect(error).toBeInstanceOf(ParseError);
      }
    }
    expect(messages).toBeGreaterThan(1000);
  });

  test('nested without end are refused, and so is a length beyond the end', () => {
    let value: Buffer = Buffer.from([0x0a, 1, 0x78]);
    const wrap = (tag: number, inner: Buffer): Buffer => {
      const writer = protobuf.Writer.create();
      writer.uint32(tag).bytes(inner);
      return Buffer.from(writer.finish());
    };
    for (let depth = 0; depth < 500; depth++) value = wrap(0x2a, wrap(0x0a, value));
    const deep = wrap(0x0a, wrap(0x12, wrap(0x12, wrap(0x2a, value))));
    expect(() => otlpJson(deep)).toThrow(/nested deeper/);
    expect(() => otlpJson(Buffer.from([0x0a, 0x7f, 1]))).toThrow(/127 bytes where 1 are left/);
    expect(() => otlpJson(Buffer.from([0x0b]))).toThrow(ParseError);
  });
});

describe('a large request', () => {
  const records = Array.from({ length: 100 }, (_, i) => ({
    body: { stringValue: `record ${i} ${'x'.repeat(50)}` },
  }));
  const request = {
    resourceLogs: [
      {
        resource: { attributes: [{ key: 'host.name', value: { stringValue: 'node-7' } }] },
        scopeLogs: [
          { scope: { name: 'a' }, logRecords: records.slice(0, 60) },
          { scope: { name: 'b' }, logRecords: records.slice(60) },
        ],
        schemaUrl: 'https://opentelemetry.io/schemas/1.29.0',
      },
      { resource: {}, scopeLogs: [{ logRecords: [{ body: { stringValue: 'alone' } }] }] },
    ],
  };

  test('is cut into requests that give the same messages', () => {
    const whole = encode(request);
    const parts = splitOtlp(whole, 1000);
    expect(parts.length).toBeGreaterThan(8);
    for (const part of parts) expect(part.length).toBeLessThanOrEqual(1000);
    expect(parts.flatMap((part) => plain(decode(part)))).toEqual(plain(decode(whole)));
  });

  test('stays as it is, one record for a resource, where it is not too long', () => {
    const whole = encode(request);
    const parts = splitOtlp(whole, 1_000_000);
    expect(parts).toHaveLength(2);
    expect(Buffer.concat(parts)).toEqual(whole);
  });

  test('that is none is refused', () => {
    expect(() => splitOtlp(Buffer.from('hello'), 100)).toThrow(ParseError);
    expect(() => splitOtlp(encode(request).subarray(0, 500), 100)).toThrow(ParseError);
    expect(splitOtlp(Buffer.alloc(0), 100)).toEqual([]);
  });
});
