/**
 * What a record that the pipeline itself appended says of its origin, in its headers: forwarded messages, and failed records
 * that are worked again. Such records carry an empty key, so that no other record's headers need to be read for it.
 */
import { SkoposError } from '../errors.ts';

export interface Lineage {
  /** The place that ids are derived from. */
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** The numbers of the messages that were forwarded, from the first topic on (`3`, `3.0`; `e0` is a failure); null when the record itself came from there. */
  readonly numbers: string | null;
  /** The sensors that the message went through, in order. */
  readonly chain: readonly string[];
  /** What comes of it may have come before. */
  readonly mayRepeat: boolean;
}

/** The key of such a record. */
export const lineageKey: Uint8Array = new Uint8Array(0);

export function lineageHeaders(lineage: Lineage): Record<string, string> {
  const { topic, partition, offset, numbers, chain, mayRepeat } = lineage;
  return {
    identity: `${topic}/${partition}/${offset}${numbers === null ? '' : `/${numbers}`}`,
    ...(chain.length === 0 ? {} : { chain: JSON.stringify(chain) }),
    ...(mayRepeat ? { mayRepeat: 'true' } : {}),
  };
}

const identityForm = /^([A-Za-z0-9._-]{1,249})\/(\d{1,9})\/(\d{1,15})(?:\/([\de.]{1,100}))?$/;

/** Null where the headers say nothing of it, or nothing that can be read. */
export function readLineage(headers: Readonly<Record<string, string>>): Lineage | null {
  const { identity, chain, mayRepeat } = headers;
  const parts = identity === undefined ? null : identityForm.exec(identity);
  if (parts === null) return null;
  return {
    topic: parts[1]!,
    partition: Number(parts[2]),
    offset: Number(parts[3]),
    numbers: parts[4] ?? null,
    chain: chain === undefined ? [] : readChain(chain),
    mayRepeat: mayRepeat === 'true',
  };
}

function readChain(text: string): string[] {
  try {
    const chain: unknown = JSON.parse(text);
    return Array.isArray(chain) ? chain.map(String) : [];
  } catch {
    return [];
  }
}

/** Sensors that one message may go through. A chain of more is a loop, or might as well be one. */
export const longestChain = 10;

/** `chain` with the sensor behind it. Throws `SKP_PIPELINE_CHAIN` when that makes it too long, with the names in it. */
export function extendChain(chain: readonly string[], sensor: string, target: string): readonly string[] {
  const longer = [...chain, sensor];
  if (longer.length < longestChain) return longer;
  throw new SkoposError(
    'SKP_PIPELINE_CHAIN',
    `A message went through ${longer.length} sensors and on to ${target}: ${longer.join(' > ')} > ${target}`,
    {
      hint: 'Look for a loop in the topics that these sensors redirect to (kafka.topicField, kafka.topic, outputTopic).',
    },
  );
}
