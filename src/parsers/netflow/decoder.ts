/**
 * Turns templates into code that reads their records: one function a template, which makes every message by one object literal. Names
 * in the code come from the table of elements or are made of numbers; lengths and places are numbers.
 */

import type { Message } from '../parser.ts';
import { ipProtocolName } from '../shared/ip-protocol.ts';
import { type Template, type TemplateField, variableLength } from './template.ts';
import * as values from './values.ts';

/** What records of one datagram have in common. */
export interface FlowContext {
  readonly exporter: string;
  readonly version: 5 | 9 | 10;
  /** Observation domain (IPFIX), source id (v9), engine (v5). */
  readonly domain: number;
  /** Epoch milliseconds at which the datagram was sent, by the exporter's clock. */
  readonly exported: number;
  /** Epoch milliseconds at which the exporter was started; NaN when it does not say. */
  readonly boot: number;
  /** One packet in so many was looked at; 1 when nothing else is known. By the sampler's number, or without one. */
  rateOf(sampler: number | string | undefined): number;
  emit(message: Message): void;
}

/** Reads the records in bytes[from, to); answers where the first one begins that does not end (or `to`, or padding). */
export type RecordDecoder = (bytes: Buffer, from: number, to: number, context: FlowContext) => number;

const starts = [152, 150, 154, 156, 158, 22];
const ends = [153, 151, 155, 157, 159, 21];
const observations = [323, 322, 324, 325, 258];
const inSeconds = new Set([150, 151, 322]);

/** Elements that are read for what follows from them, and padding. */
const padding = 210;

export function compileDecoder(template: Template): RecordDecoder {
  const { fields } = template;
  const dynamic = fields.some(({ length }) => length === variableLength);
  const reads: string[] = [];
  const places = new Map<number, string>();
  const members = new Map<string, string>();
  let offset = 0;
  for (const [i, field] of fields.entries()) {
    const name = `v${i}`;
    if (dynamic) reads.push(dynamicRead(field, name));
    else reads.push(`const ${name}=${reader(field, `o+${offset}`, String(field.length), field.length)};`);
    offset += field.length;
    if (field.enterprise === 0 && field.id >= 0 && !places.has(field.id)) places.set(field.id, name);
    if (field.id === padding && field.enterprise === 0) continue;
    members.set(freeName(members, field.element.field), name);
  }
  const body = template.isOptions ? optionsMessage(members) : flowMessage(members, places);
  const source = `
    let o = from, p = 0, n = 0;
    while (o + ${template.minLength} <= to) {
      p = o;
      ${reads.join('\n      ')}
      ${dynamic ? '' : `p = o + ${template.minLength};`}
      ${body}
      o = p;
    }
    return o;`;
  const make = new Function('x', 'ipProtocolName', `return (b, from, to, c) => {${source}};`) as (
    x: typeof values,
    names: typeof ipProtocolName,
  ) => RecordDecoder;
  return make(values, ipProtocolName);
}

/** A name that no member has yet: the name, or with `_2`, `_3`, … */
function freeName(members: ReadonlyMap<string, string>, name: string): string {
  if (!members.has(name)) return name;
  let i = 2;
  while (members.has(`${name}_${i}`)) i++;
  return `${name}_${i}`;
}

/** Code that reads a field of a known length at an index. */
function reader({ element }: TemplateField, at: string, size: string, length: number): string {
  switch (element.kind) {
    case 'ipv4':
      if (length === 4) return `x.ipv4(b,${at})`;
      break;
    case 'ipv6':
      if (length === 16) return `x.ipv6(b,${at})`;
      break;
    case 'mac':
      if (length === 6) return `x.mac(b,${at})`;
      break;
    case 'ntp':
      if (length === 8) return `x.ntp(b,${at})`;
      break;
    case 'float':
      if (length === 4) return `x.finite(b.readFloatBE(${at}))`;
      if (length === 8) return `x.finite(b.readDoubleBE(${at}))`;
      break;
    case 'boolean':
      if (length === 1) return `b[${at}]===1`;
      break;
    case 'seconds':
      if (length === 4) return `x.uint32(b,${at})`;
      break;
    case 'text':
      return `x.text(b,${at},${size})`;
    case 'milliseconds':
    case 'unsigned':
      if (length === 1) return `b[${at}]`;
      if (length === 2) return `((b[${at}]<<8)|b[${at}+1])`;
      if (length === 4) return `x.uint32(b,${at})`;
      if (length >= 1 && length <= 8) return `x.unsigned(b,${at},${length})`;
      break;
    case 'bytes':
      break;
  }
  return `b.toString('hex',${at},${at}+${size})`;
}

/** Code that reads a field where the one before it ended, and looks whether it is there. */
function dynamicRead(field: TemplateField, name: string): string {
  const { length } = field;
  if (length !== variableLength)
    return `if(p+${length}>to)return o;const ${name}=${reader(field, 'p', String(length), length)};p+=${length};`;
  const { kind } = field.element;
  // Of a length that only the record knows: a number may come in fewer bytes (RFC 7011, 6.2).
  const value =
    kind === 'text'
      ? 'x.text(b,p,n)'
      : kind === 'unsigned' || kind === 'milliseconds'
        ? '(n>0&&n<=8?x.unsigned(b,p,n):b.toString("hex",p,p+n))'
        : 'b.toString("hex",p,p+n)';
  return (
    `if(p>=to)return o;n=b[p++];if(n===255){if(p+2>to)return o;n=(b[p]<<8)|b[p+1];p+=2;}` +
    `if(p+n>to)return o;const ${name}=${value};p+=n;`
  );
}

function literal(members: Iterable<readonly [string, string]>): string {
  return [...members].map(([name, code]) => `${JSON.stringify(name)}:${code}`).join(',');
}

const commonMembers: readonly (readonly [string, string])[] = [
  ['observer.ip', 'c.exporter'],
  ['netflow.version', 'c.version'],
  ['netflow.domain', 'c.domain'],
  ['netflow.export_time', 'c.exported'],
];

function optionsMessage(members: ReadonlyMap<string, string>): string {
  return `c.emit({timestamp:c.exported,${literal([...commonMembers, ['netflow.record_type', '"options"'], ...members])},original_string:b.toString("hex",o,p)});`;
}

function flowMessage(members: Map<string, string>, places: ReadonlyMap<number, string>): string {
  const boot = places.has(160) ? `Number(${places.get(160)})` : 'c.boot';
  const start = timeCode(starts, places, boot);
  const end = timeCode(ends, places, boot);
  const seen = timeCode(observations, places, boot) ?? 'NaN';
  const milliseconds = places.get(161);
  const microseconds = places.get(162);
  const duration =
    milliseconds ?? (microseconds === undefined ? undefined : `Math.round(Number(${microseconds})/1000)`);
  const code: string[] = [];
  code.push(`const end=${end ?? 'NaN'};`);
  code.push(
    `const start=${start ?? (duration !== undefined && end !== undefined ? `end-Number(${duration})` : 'NaN')};`,
  );
  const sampled = rateCode(places);
  code.push(`const rate=${sampled};`);
  const out: (readonly [string, string])[] = [['timestamp', `x.firstTime(start,${seen},end,c.exported)`]];
  for (const name of ['ip_src_addr', 'ip_src_port', 'ip_dst_addr', 'ip_dst_port']) {
    const value = members.get(name);
    if (value !== undefined) out.push([name, value]);
  }
  const protocol = places.get(4);
  if (protocol !== undefined)
    out.push(['protocol', `typeof ${protocol}==='number'?ipProtocolName(${protocol}):String(${protocol})`]);
  const bytes = countCode(places, 1, 85, 231, 232);
  const packets = countCode(places, 2, 86, 298, 299);
  if (bytes !== undefined) out.push(['network.bytes', bytes]);
  if (packets !== undefined) out.push(['network.packets', packets]);
  if (start !== undefined || duration !== undefined) out.push(['event.start', 'x.timeOrNone(start)']);
  if (end !== undefined) out.push(['event.end', 'x.timeOrNone(end)']);
  if (end !== undefined && (start !== undefined || duration !== undefined))
    out.push(['event.duration', 'x.durationOf(start,end)']);
  out.push(['event.category', '"network"']);
  const direction = places.get(61);
  if (direction !== undefined)
    out.push(['network.direction', `${direction}===0?"ingress":${direction}===1?"egress":undefined`]);
  out.push(
    ...commonMembers,
    ['netflow.record_type', '"flow"'],
    ['netflow.sampled', 'rate!==1'],
    ['netflow.sampling_rate', 'rate'],
  );
  const set = new Map<string, string>(out);
  for (const [name, value] of members) if (!set.has(name)) set.set(name, value);
  set.set('original_string', 'b.toString("hex",o,p)');
  return `${code.join('')}c.emit({${literal(set)}});`;
}

/** Epoch milliseconds by the first of several elements that the template has. */
function timeCode(
  ids: readonly number[],
  places: ReadonlyMap<number, string>,
  boot: string,
): string | undefined {
  for (const id of ids) {
    const value = places.get(id);
    if (value === undefined) continue;
    // Microseconds before the datagram was sent.
    if (id === 158 || id === 159) return `c.exported-Math.ceil(Number(${value})/1000)`;
    if (id === 21 || id === 22) return `x.sinceBoot(${boot},Number(${value}),c.exported)`;
    return inSeconds.has(id) ? `Number(${value})*1000` : `Number(${value})`;
  }
  return undefined;
}

function rateCode(places: ReadonlyMap<number, string>): string {
  const interval = places.get(34) ?? places.get(50);
  if (interval !== undefined) return `x.rate(${interval},0)`;
  const packets = places.get(305);
  const space = places.get(306);
  if (packets !== undefined && space !== undefined) return `x.rate(${packets},${space})`;
  const size = places.get(309);
  const population = places.get(310);
  if (size !== undefined && population !== undefined) return `x.rateOfSample(${size},${population})`;
  const probability = places.get(311);
  if (probability !== undefined) return `x.rateOfSample(${probability},1)`;
  return `c.rateOf(${places.get(48) ?? places.get(302) ?? 'undefined'})`;
}

/** A count, scaled by the sampling: the delta, else the total, else both directions together. */
function countCode(
  places: ReadonlyMap<number, string>,
  delta: number,
  total: number,
  there: number,
  back: number,
): string | undefined {
  const one = places.get(delta) ?? places.get(total);
  if (one !== undefined) return `x.scaled(${one},rate)`;
  const first = places.get(there);
  const second = places.get(back);
  return first === undefined || second === undefined
    ? undefined
    : `x.scaled(Number(${first})+Number(${second}),rate)`;
}
