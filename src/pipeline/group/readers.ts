import type { Snapshot } from '../../config/index.ts';

/** The sensor of each topic. Of several that name one topic, the first one has it, in every worker. */
export function readersOf(snapshot: Snapshot): Map<string, string> {
  const readers = new Map<string, string>();
  for (const sensor of [...snapshot.parsers.keys()].sort()) {
    const topic = snapshot.parsers.get(sensor)?.sensorTopic;
    if (topic !== undefined && !readers.has(topic)) readers.set(topic, sensor);
  }
  return readers;
}
