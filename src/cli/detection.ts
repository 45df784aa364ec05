/** What a log is, for commands that are handed one. */
import type { Snapshot } from '../config/index.ts';
import { SkoposError } from '../errors.ts';
import { parserRegistry } from '../parsers/index.ts';
import { type Candidate, FormatDetector, readRecords, sensorOf } from '../workbench/index.ts';
import { preparePlugins } from './plugins.ts';

const recordsLookedAt = 200;
const sureEnough = 0.6;

/** The formats that a log may have, the likeliest first; the beginning of the file decides. `folder`: the configuration, whose plug-ins bring formats too. */
export async function formatsOf(file: string, folder: string | null): Promise<readonly Candidate[]> {
  await preparePlugins(folder);
  const { records } = await readRecords(file, 'detect', { most: recordsLookedAt });
  const detector = new FormatDetector(parserRegistry.list(), { now: Date.now() });
  return detector.detect(records.map((record) => record.toString('utf8')));
}

/** The sensor that reads these files, by the first of them. Said on standard error, since it was not told. */
export async function detectedSensor(files: readonly string[], snapshot: Snapshot): Promise<string> {
  const [file = '-'] = files;
  if (file === '-') {
    throw new SkoposError(
      'SKP_CLI_SENSOR',
      'What standard input holds cannot be found out before it is read',
      {
        hint: 'Name the sensor with --sensor.',
      },
    );
  }
  const [best] = await formatsOf(file, snapshot.folder);
  if (best === undefined || best.confidence < sureEnough) {
    throw new SkoposError('SKP_CLI_SENSOR', `It cannot be told for sure what ${file} is`, {
      hint: `Name the sensor with --sensor; "skopos detect ${file}" tells what it may be.`,
    });
  }
  const sensor = sensorOf(snapshot, best.parser);
  if (sensor === null) {
    throw new SkoposError('SKP_CLI_SENSOR', `${file} is ${best.parser.name}, and no sensor reads that yet`, {
      hint: `Make one: skopos detect ${file} --write`,
    });
  }
  console.error(
    `${file} is ${best.parser.name} (${Math.round(best.confidence * 100)} % sure): sensor ${sensor}`,
  );
  return sensor;
}
