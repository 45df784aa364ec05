/**
 * Templates of NetFlow v9 (RFC 3954, 5.2 and 6.1) and IPFIX (RFC 7011, 3.4): which fields a data record has, how long each is.
 */
import { type Element, elementOf, scopeOf } from './elements.ts';

/** Length of a field whose records carry their own (RFC 7011, 7). */
export const variableLength = 65_535;
/** Beyond so many fields a template is not taken. */
const maxFields = 400;

export interface TemplateField {
  /** IANA number, or that of the enterprise; minus one for a scope of v9. */
  readonly id: number;
  readonly enterprise: number;
  readonly length: number;
  readonly element: Element;
}

export interface Template {
  readonly id: number;
  readonly isOptions: boolean;
  readonly fields: readonly TemplateField[];
  /** Shortest record, in bytes; at least 1. */
  readonly minLength: number;
  /** Its bytes, without the header of the set. */
  readonly bytes: Buffer;
}

export interface TemplateSet {
  readonly templates: readonly Template[];
  /** Ids that the exporter withdraws (IPFIX: a template without fields). */
  readonly withdrawn: readonly number[];
  /** Whether some of it could not be read. */
  readonly broken: boolean;
}

export type FlowVersion = 9 | 10;

/** Whether the id of a set says that it holds templates. */
export function isTemplateSet(version: FlowVersion, setId: number): boolean {
  return version === 9 ? setId === 0 || setId === 1 : setId === 2 || setId === 3;
}

/** Reads the templates of a set whose content is bytes[from, to). */
export function readTemplates(
  bytes: Buffer,
  from: number,
  to: number,
  version: FlowVersion,
  isOptions: boolean,
): TemplateSet {
  const templates: Template[] = [];
  const withdrawn: number[] = [];
  let at = from;
  // Four bytes or less are padding.
  while (at + 4 <= to) {
    const id = bytes.readUInt16BE(at);
    if (id === 0 && version === 9) break;
    const count = bytes.readUInt16BE(at + 2);
    if (version === 10 && count === 0) {
      withdrawn.push(id);
      at += 4;
      continue;
    }
    const read =
      version === 9 && isOptions
        ? readV9Options(bytes, at, to)
        : readFields(bytes, at, to, version, isOptions);
    if (read === undefined) return { templates, withdrawn, broken: true };
    templates.push(read.template);
    at = read.end;
  }
  return { templates, withdrawn, broken: false };
}

interface Read {
  readonly template: Template;
  readonly end: number;
}

function readFields(
  bytes: Buffer,
  from: number,
  to: number,
  version: FlowVersion,
  isOptions: boolean,
): Read | undefined {
  const id = bytes.readUInt16BE(from);
  const count = bytes.readUInt16BE(from + 2);
  // The number of scope fields is of no weight for reading: all are elements.
  let at = from + (isOptions ? 6 : 4);
  if (id < 256 || count > maxFields) return undefined;
  const fields: TemplateField[] = [];
  for (let i = 0; i < count; i++) {
    if (at + 4 > to) return undefined;
    let number = bytes.readUInt16BE(at);
    const length = bytes.readUInt16BE(at + 2);
    at += 4;
    let enterprise = 0;
    if (version === 10 && number >= 0x8000) {
      if (at + 4 > to) return undefined;
      number -= 0x8000;
      enterprise = bytes.readUInt32BE(at);
      at += 4;
    }
    fields.push({ id: number, enterprise, length, element: elementOf(number, enterprise) });
  }
  return finished(id, isOptions, fields, version, bytes, from, at);
}

/** `id, length of scopes, length of options` in bytes, then pairs of type and length. */
function readV9Options(bytes: Buffer, from: number, to: number): Read | undefined {
  if (from + 6 > to) return undefined;
  const id = bytes.readUInt16BE(from);
  const scopes = bytes.readUInt16BE(from + 2) >> 2;
  const count = scopes + (bytes.readUInt16BE(from + 4) >> 2);
  if (id < 256 || count > maxFields || from + 6 + count * 4 > to) return undefined;
  const fields: TemplateField[] = [];
  let at = from + 6;
  for (let i = 0; i < count; i++, at += 4) {
    const number = bytes.readUInt16BE(at);
    const length = bytes.readUInt16BE(at + 2);
    if (i < scopes) fields.push({ id: -1, enterprise: 0, length, element: scopeOf(number) });
    else fields.push({ id: number, enterprise: 0, length, element: elementOf(number, 0) });
  }
  return finished(id, true, fields, 9, bytes, from, at);
}

function finished(
  id: number,
  isOptions: boolean,
  fields: readonly TemplateField[],
  version: FlowVersion,
  bytes: Buffer,
  from: number,
  end: number,
): Read | undefined {
  let minLength = 0;
  for (const { length } of fields) minLength += length === variableLength && version === 10 ? 1 : length;
  // Records of no length would never end.
  if (minLength === 0) return undefined;
  return {
    template: { id, isOptions, fields, minLength, bytes: Buffer.from(bytes.subarray(from, end)) },
    end,
  };
}
