/** What an exporter says of its sampling in options records: one packet in how many, by the number of the sampler. */
import { type Template, variableLength } from './template.ts';
import { rate, rateOfSample, unsigned } from './values.ts';

/** Elements: samplerId and selectorId name the sampler; the others say the rate. */
const samplerIds = [48, 302];
const intervals = [34, 50];
const packetInterval = 305;
const packetSpace = 306;
const sampleSize = 309;
const samplePopulation = 310;
const probability = 311;

export interface SamplingReader {
  /** Reads the records of a data set; calls back for each that says a rate. The empty name stands for the exporter as a whole. */
  read(bytes: Buffer, from: number, to: number, found: (sampler: string, rate: number) => void): void;
}

interface Place {
  readonly at: number;
  readonly length: number;
}

/** Undefined when records of the template say nothing of sampling. */
export function samplingReader(template: Template): SamplingReader | undefined {
  if (!template.isOptions) return undefined;
  const places = new Map<number, Place>();
  let at = 0;
  for (const { id, enterprise, length } of template.fields) {
    if (length === variableLength) return undefined;
    if (enterprise === 0 && length >= 1 && length <= 8 && !places.has(id)) places.set(id, { at, length });
    at += length;
  }
  const interval = places.get(intervals[0]!) ?? places.get(intervals[1]!);
  const packets = places.get(packetInterval);
  const space = places.get(packetSpace);
  const size = places.get(sampleSize);
  const population = places.get(samplePopulation);
  const chance = places.get(probability);
  const isSample = size !== undefined && population !== undefined;
  if (interval === undefined && packets === undefined && !isSample && chance === undefined) return undefined;
  const sampler = places.get(samplerIds[0]!) ?? places.get(samplerIds[1]!);
  const recordSize = at;
  const valueAt = (bytes: Buffer, record: number, place: Place | undefined): number | string =>
    place === undefined ? 0 : unsigned(bytes, record + place.at, place.length);
  const floatAt = (bytes: Buffer, record: number, place: Place | undefined): number => {
    if (place?.length === 8) return bytes.readDoubleBE(record + place.at);
    return place?.length === 4 ? bytes.readFloatBE(record + place.at) : Number.NaN;
  };
  return {
    read(bytes, from, to, found) {
      for (let record = from; record + recordSize <= to; record += recordSize) {
        const one =
          interval !== undefined
            ? rate(valueAt(bytes, record, interval), 0)
            : packets !== undefined
              ? rate(valueAt(bytes, record, packets), valueAt(bytes, record, space))
              : isSample
                ? rateOfSample(valueAt(bytes, record, size), valueAt(bytes, record, population))
                : rateOfSample(floatAt(bytes, record, chance), 1);
        found(sampler === undefined ? '' : String(valueAt(bytes, record, sampler)), one);
      }
    },
  };
}
