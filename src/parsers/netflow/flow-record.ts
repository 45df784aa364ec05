/**
 * A datagram as it lies in the log: a line of JSON that explains itself. A data set of v9 or IPFIX means nothing without its template, which came
 * in an earlier datagram, and a reader of the log may begin anywhere. So the listener writes beside the datagram the templates that it
 * needs, and the sampling rates that the exporter announced.
 */
import { excerpt, ParseError } from '../errors.ts';
import { isMap } from '../fields.ts';

export interface FlowRecord {
  /** Address of the exporter. */
  readonly exporter: string;
  /** The datagram. */
  readonly data: Buffer;
  /** Sets of templates, one after another, as base64; empty when none is needed. */
  readonly templates: string;
  /** One packet in so many, by the number of the sampler; the empty name for all others. */
  readonly sampling: Readonly<Record<string, number>>;
}

const noSampling: Readonly<Record<string, number>> = {};

/** `sampling` is JSON, or empty. */
export function writeFlowRecord(exporter: string, data: Buffer, templates: string, sampling: string): string {
  const parts = [`{"exporter":${JSON.stringify(exporter)}`];
  if (templates !== '') parts.push(`"templates":"${templates}"`);
  if (sampling !== '') parts.push(`"sampling":${sampling}`);
  parts.push(`"data":"${data.toString('base64')}"}`);
  return parts.join(',');
}

/** Throws `ParseError` when the text is no such record. */
export function readFlowRecord(text: string): FlowRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ParseError(`Not a record of the NetFlow listener: ${excerpt(text)}`, { cause });
  }
  const map = isMap(value) ? value : {};
  const { exporter, data, templates, sampling } = map;
  if (typeof exporter !== 'string' || typeof data !== 'string')
    throw new ParseError(
      `Not a record of the NetFlow listener, which has exporter and data: ${excerpt(text)}`,
    );
  return {
    exporter,
    data: Buffer.from(data, 'base64'),
    templates: typeof templates === 'string' ? templates : '',
    sampling: isMap(sampling) ? ratesOf(sampling) : noSampling,
  };
}

function ratesOf(map: Readonly<Record<string, unknown>>): Readonly<Record<string, number>> {
  for (const name in map) {
    const rate = map[name];
    if (typeof rate !== 'number' || !(rate >= 1 && rate <= 1e9)) return noSampling;
  }
  return map as Readonly<Record<string, number>>;
}
