/** Keys of `parserConfig` that every parser knows, and the check of what a configuration says against what a parser reads. */
import { distance } from 'fastest-levenshtein';
import { charsetDecoder } from './charset.ts';
import { ParserConfigError } from './errors.ts';
import { isMap } from './fields.ts';
import { parseRegex } from './grok/regex-parse.ts';
import { simpleDateFormat } from './java-date.ts';
import { dateTimeFormatter } from './java-time-format.ts';
import { javaZone } from './java-zone.ts';
import type { ParserOption, ParserType } from './parser.ts';

export const commonOptions: readonly ParserOption[] = [
  {
    name: 'readCharset',
    type: 'charset',
    default: 'UTF-8',
    description: 'Character set of the records, by its Java name.',
  },
  {
    name: 'timeZone',
    type: 'zone',
    default: 'UTC',
    description: 'Zone of times that name none: an IANA name such as `Europe/Berlin`.',
  },
  {
    name: 'batchSize',
    type: 'integer',
    default: 15,
    description: 'Accepted; batches are sized by the program.',
  },
  {
    name: 'batchTimeout',
    type: 'integer',
    default: 0,
    description: 'Accepted; batches are sized by the program.',
  },
  {
    name: 'index',
    type: 'text',
    description: 'Accepted; the index of a sensor is set in `config/indexing`.',
  },
  { name: 'enabled', type: 'boolean', default: true, description: 'Accepted.' },
  { name: 'filter.query', type: 'text', description: 'Condition of `filterClassName` `STELLAR`.' },
  { name: 'bro.filter.source.key', type: 'text', description: 'Field that the filter `BRO` looks at.' },
  {
    name: 'bro.filter.source.known.protocols',
    type: 'list',
    description: 'Values of that field that the filter `BRO` lets pass.',
  },
];

/** Settings of Metron's writers, of which there are many, and of what becomes of messages after they are parsed. */
const commonPrefixes = ['kafka.', 'error.kafka.', 'writer.', 'error.writer.', 'redirect.'];

export interface ParserConfigProblem {
  /** `error`: the sensor cannot start so. `warning`: the key has no effect. */
  readonly severity: 'error' | 'warning';
  readonly key: string;
  readonly message: string;
  readonly hint?: string;
}

/**
 * What is wrong with the keys of a `parserConfig`. `isUsed`: whether a Stellar expression of the sensor reads a variable of that name
 * (`parserConfig` may hold constants for them). An unknown key that is nearly a known one is an error, since it was meant to be it;
 * another one is a warning.
 */
export function inspectParserConfig(
  type: ParserType,
  config: Readonly<Record<string, unknown>>,
  isUsed: (name: string) => boolean = () => false,
): readonly ParserConfigProblem[] {
  if (type.options === undefined) return [];
  const known = new Map<string, ParserOption>();
  for (const option of [...commonOptions, ...type.options]) known.set(option.name, option);
  const problems: ParserConfigProblem[] = [];
  for (const key of Object.keys(config)) {
    const option = known.get(key);
    if (option !== undefined) {
      const expected = expectation(option, config[key]);
      if (expected !== null) {
        problems.push({
          // Of what all parsers know Metron takes a wrong zone for GMT: a sensor that works so keeps working.
          severity: option.type === 'zone' && commonOptions.includes(option) ? 'warning' : 'error',
          key,
          message: `parserConfig.${key} of parser ${type.name} is ${shortened(config[key])}`,
          hint: `Expected ${expected}`,
        });
      }
    } else if (!isUsed(key) && !commonPrefixes.some((prefix) => key.startsWith(prefix))) {
      problems.push(unknownKey(type, key, known));
    }
  }
  for (const { name, required } of type.options) {
    if (required === true && (config[name] === undefined || config[name] === null)) {
      problems.push({
        severity: 'error',
        key: name,
        message: `parserConfig.${name} is missing, which parser ${type.name} needs`,
        hint: known.get(name)?.description ?? '',
      });
    }
  }
  return problems;
}

function unknownKey(
  type: ParserType,
  key: string,
  known: ReadonlyMap<string, ParserOption>,
): ParserConfigProblem {
  let nearest = '';
  let least = Number.POSITIVE_INFINITY;
  for (const name of known.keys()) {
    const d = distance(plain(name), plain(key));
    if (d < least) {
      nearest = name;
      least = d;
    }
  }
  const meant = least <= Math.min(2, Math.floor(key.length / 3));
  const own = (type.options ?? []).map((option) => option.name).join(', ');
  return {
    severity: meant ? 'error' : 'warning',
    key,
    message: `parserConfig.${key} is no option of parser ${type.name}, and no expression of the sensor reads it`,
    hint: meant ? `Did you mean ${nearest}?` : `Options of ${type.name}: ${own === '' ? 'none' : own}`,
  };
}

function plain(key: string): string {
  return key.toLowerCase().replace(/[^a-z0-9]/g, '');
}

function shortened(value: unknown): string {
  const text = JSON.stringify(value) ?? 'undefined';
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

/** What was expected instead; null when the value will do. */
function expectation({ type, choices }: ParserOption, value: unknown): string | null {
  if (value === null) return null;
  if (choices !== undefined)
    return typeof value === 'string' && choices.includes(value) ? null : `one of ${choices.join(', ')}`;
  switch (type) {
    case 'boolean':
      return typeof value === 'boolean' ? null : 'true or false';
    case 'flag':
      return typeof value === 'boolean' || typeof value === 'string' ? null : 'true or false';
    case 'integer':
      return Number.isInteger(typeof value === 'string' && value.trim() !== '' ? Number(value) : value)
        ? null
        : 'a whole number';
    case 'number':
      return typeof value === 'number' ? null : 'a number';
    case 'list':
      return typeof value === 'string' ||
        (Array.isArray(value) && value.every((item: unknown) => typeof item === 'string'))
        ? null
        : 'a list of texts';
    case 'map':
      return isMap(value) ? null : 'an object';
    case 'objects':
      return Array.isArray(value) && value.every(isMap) ? null : 'a list of objects';
    case 'any':
      return null;
    default:
      return typeof value === 'string' ? textExpectation(type, value) : 'text';
  }
}

function textExpectation(type: ParserOption['type'], text: string): string | null {
  switch (type) {
    case 'zone':
      return works(() => javaZone(text)) ? null : 'a time zone such as Europe/Berlin, GMT+2 or UTC';
    case 'charset':
      return works(() => charsetDecoder(text)) ? null : 'a character set such as UTF-8 or ISO-8859-1';
    case 'dateFormat': {
      const utc = javaZone('UTC');
      return works(() => simpleDateFormat(text, utc)) || works(() => dateTimeFormatter(text, utc))
        ? null
        : 'a date pattern such as yyyy-MM-dd HH:mm:ss';
    }
    case 'regex':
      return works(() => parseRegex(text)) ? null : 'a regular expression';
    default:
      return null;
  }
}

function works(make: () => unknown): boolean {
  try {
    make();
    return true;
  } catch {
    return false;
  }
}

/** Throws `ParserConfigError` for the first error of `inspectParserConfig`. */
export function refuseWrongConfig(
  type: ParserType,
  config: Readonly<Record<string, unknown>>,
  isUsed?: (name: string) => boolean,
): void {
  for (const { severity, message, hint } of inspectParserConfig(type, config, isUsed)) {
    if (severity === 'error') throw new ParserConfigError(message, hint === undefined ? {} : { hint });
  }
}
