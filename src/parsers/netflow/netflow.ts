/**
 * Flows of NetFlow v5, v9 and IPFIX, out of the records that the listener of type `netflow` writes. Each flow is a message; so is each options record.
 *
 * Time: the flow's beginning, else when it was observed, else its end, else when the datagram was sent. Counts of sampled flows are scaled:
 * `network.bytes` and `network.packets` are the counts times `netflow.sampling_rate`, marked by `netflow.sampled`; what the exporter counted stands in
 * `netflow.octet_delta_count` and `netflow.packet_delta_count`. `original_string` is the flow's own bytes in hex. Padding is left out.
 */

import { ParseError } from '../errors.ts';
import { asParseError } from '../line-records.ts';
import type { Message, Parser, ParseSink } from '../parser.ts';
import { type DocumentedParser, field } from '../shared/documented.ts';
import { type DatagramHeader, flowVersion, readHeader, readSets, v5Template } from './datagram.ts';
import { compileDecoder, type FlowContext, type RecordDecoder } from './decoder.ts';
import { type FlowRecord, readFlowRecord } from './flow-record.ts';
import { netflowSamples } from './netflow.samples.ts';
import { isTemplateSet, readTemplates, type Template } from './template.ts';

/** So many compiled templates and sets of them are kept; when there are more, all are forgotten. */
const maxDecoders = 1024;
const maxTemplateTexts = 1024;

class NetflowParser implements Parser {
  readonly #v5 = decoderOf(v5Template);
  readonly #decoders = new Map<string, RecordDecoder>();
  readonly #sets = new Map<string, ReadonlyMap<number, RecordDecoder>>();

  parse(text: string, sink: ParseSink): void {
    if (text.length < 256 && text.trim() === '') {
      sink.skip(text, 'blank');
      return;
    }
    let record: FlowRecord;
    let header: DatagramHeader;
    try {
      record = readFlowRecord(text);
      header = readHeader(record.data);
    } catch (error) {
      sink.fail(asParseError(error, text));
      return;
    }
    const context = new Context(record, header, sink);
    if (header.version === 5) this.#v5(record.data, header.from, header.to, context);
    else this.#parseSets(record, header, context, sink);
    if (context.count === 0 && !context.said) sink.skip(text, 'templates');
  }

  #parseSets(record: FlowRecord, header: DatagramHeader, context: Context, sink: ParseSink): void {
    const bytes = record.data;
    const version = flowVersion(header.version);
    const known = this.#known(record.templates, version);
    let own: Map<number, RecordDecoder> | undefined;
    const refuse = (from: number, to: number, why: string): void => {
      context.said = true;
      sink.reject(
        bytes.toString('hex', from, to),
        new ParseError(`${why} (exporter ${record.exporter}, domain ${header.domain})`),
      );
    };
    const stopped = readSets(bytes, header, (id, from, to) => {
      if (isTemplateSet(version, id)) {
        own ??= new Map();
        if (!this.#addTemplates(bytes, from, to, version, id, own))
          refuse(from - 4, to, 'A template that cannot be read');
        return;
      }
      const decode = own?.get(id) ?? known.get(id);
      if (id < 256) refuse(from - 4, to, `A set with the reserved id ${id}`);
      else if (decode === undefined) refuse(from - 4, to, `A data set whose template ${id} is not known`);
      else {
        const end = decode(bytes, from, to, context);
        // Less than a record is padding when it is zero.
        if (!isPadding(bytes, end, to)) refuse(end, to, `A record of template ${id} that does not end`);
      }
    });
    if (stopped < header.to && !isPadding(bytes, stopped, header.to))
      refuse(stopped, header.to, 'A set that does not end');
  }

  /** Decoders by id of the templates beside a datagram. */
  #known(templates: string, version: 9 | 10): ReadonlyMap<number, RecordDecoder> {
    const key = `${version}${templates}`;
    let known = this.#sets.get(key);
    if (known === undefined) {
      known = this.#readKnown(templates, version);
      if (this.#sets.size >= maxTemplateTexts) this.#sets.clear();
      this.#sets.set(key, known);
    }
    return known;
  }

  #readKnown(templates: string, version: 9 | 10): ReadonlyMap<number, RecordDecoder> {
    const decoders = new Map<number, RecordDecoder>();
    if (templates === '') return decoders;
    const bytes = Buffer.from(templates, 'base64');
    let at = 0;
    while (at + 4 <= bytes.length) {
      const length = bytes.readUInt16BE(at + 2);
      if (length < 4 || at + length > bytes.length) break;
      this.#addTemplates(bytes, at + 4, at + length, version, bytes.readUInt16BE(at), decoders);
      at += length;
    }
    return decoders;
  }

  #addTemplates(
    bytes: Buffer,
    from: number,
    to: number,
    version: 9 | 10,
    setId: number,
    decoders: Map<number, RecordDecoder>,
  ): boolean {
    const set = readTemplates(bytes, from, to, version, version === 9 ? setId === 1 : setId === 3);
    for (const id of set.withdrawn) decoders.delete(id);
    for (const template of set.templates) decoders.set(template.id, this.#decoder(template, version));
    return !set.broken;
  }

  #decoder(template: Template, version: 9 | 10): RecordDecoder {
    const key = `${version}${template.isOptions ? 'o' : 'd'}${template.bytes.toString('latin1')}`;
    let decoder = this.#decoders.get(key);
    if (decoder === undefined) {
      decoder = decoderOf(template);
      if (this.#decoders.size >= maxDecoders) {
        this.#decoders.clear();
        this.#sets.clear();
      }
      this.#decoders.set(key, decoder);
    }
    return decoder;
  }
}

/** A template may never be used: its code is made at the first record. */
function decoderOf(template: Template): RecordDecoder {
  let compiled: RecordDecoder | undefined;
  return (bytes, from, to, context) => {
    compiled ??= compileDecoder(template);
    return compiled(bytes, from, to, context);
  };
}

class Context implements FlowContext {
  readonly exporter: string;
  readonly version: 5 | 9 | 10;
  readonly domain: number;
  readonly exported: number;
  readonly boot: number;
  count = 0;
  said = false;
  readonly #sampling: Readonly<Record<string, number>>;
  readonly #rate: number;
  readonly #sink: ParseSink;

  constructor(record: FlowRecord, header: DatagramHeader, sink: ParseSink) {
    this.exporter = record.exporter;
    this.version = header.version;
    this.domain = header.domain;
    this.exported = header.exported;
    this.boot = header.boot;
    this.#sampling = record.sampling;
    const announced = Object.hasOwn(record.sampling, '') ? record.sampling[''] : undefined;
    this.#rate = header.rate !== 1 ? header.rate : (announced ?? 1);
    this.#sink = sink;
  }

  rateOf(sampler: number | string | undefined): number {
    if (sampler === undefined) return this.#rate;
    const name = String(sampler);
    return Object.hasOwn(this.#sampling, name) ? this.#sampling[name]! : this.#rate;
  }

  emit(message: Message): void {
    this.count++;
    this.#sink.emit(message);
  }
}

function isPadding(bytes: Buffer, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (bytes[i] !== 0) return false;
  return true;
}

export const netflow: DocumentedParser = {
  name: 'netflow',
  classNames: ['NetflowParser', 'ipfix'],
  description: 'Flows of NetFlow v5, v9 and IPFIX, from the listener of type netflow',
  options: [],
  samples: netflowSamples,
  references: [
    'Cisco, "NetFlow Export Datagram Format" (v5): https://www.cisco.com/c/en/us/td/docs/net_mgmt/netflow_collection_engine/3-6/user/guide/format.html',
    'RFC 3954, Cisco Systems NetFlow Services Export Version 9: https://www.rfc-editor.org/rfc/rfc3954',
    'RFC 7011, IPFIX protocol: https://www.rfc-editor.org/rfc/rfc7011',
    'IANA, IPFIX entities: https://www.iana.org/assignments/ipfix',
    'RFC 5103, Bidirectional flow export: https://www.rfc-editor.org/rfc/rfc5103',
  ],
  fields: [
    field('ip_src_addr', 'text', '`sourceIPv4Address` or `sourceIPv6Address`.'),
    field('ip_src_port', 'number', '`sourceTransportPort`.'),
    field('ip_dst_addr', 'text', '`destinationIPv4Address` or `destinationIPv6Address`.'),
    field('ip_dst_port', 'number', '`destinationTransportPort`.'),
    field('protocol', 'text', 'Name of `protocolIdentifier`.'),
    field('network.bytes', 'number', 'Bytes, scaled by the sampling; both directions together for a biflow.'),
    field('network.packets', 'number', 'Packets, likewise.'),
    field('network.direction', 'text', '`ingress` or `egress`, by `flowDirection`.'),
    field('event.start', 'number', 'First packet, epoch milliseconds.'),
    field('event.end', 'number', 'Last packet, epoch milliseconds.'),
    field('event.duration', 'number', 'Nanoseconds between them.'),
    field('event.category', 'text', '`network`.'),
    field('observer.ip', 'text', 'The exporter.'),
    field('source.*', 'any', '`mac`, `as.number`, `nat.ip`, `nat.port`.'),
    field('destination.*', 'any', '`mac`, `as.number`, `nat.ip`, `nat.port`.'),
    field('user.name', 'text', '`userName`.'),
    field('netflow.version', 'number', '5, 9, or 10 for IPFIX.'),
    field('netflow.domain', 'number', 'Observation domain, source id, or engine.'),
    field('netflow.export_time', 'number', 'When the datagram was sent, epoch milliseconds.'),
    field('netflow.record_type', 'text', '`flow` or `options`.'),
    field('netflow.sampled', 'boolean', 'Whether counts were scaled.'),
    field('netflow.sampling_rate', 'number', 'One packet in so many was looked at.'),
    field(
      'netflow.*',
      'any',
      'All other elements by their IANA names in snake case; `enterprise_<number>_<id>` for those of others, as hex; a name that comes again gets `_2`, `_3`, ….',
    ),
  ],
  configure: () => new NetflowParser(),
};
