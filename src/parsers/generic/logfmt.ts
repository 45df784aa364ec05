/**
 * Any log of `key=value` pairs (logfmt): `time=2026-03-09T08:12:44Z level=info msg="user logged in" src=10.0.0.1`. Every pair is a field under its key;
 * keys of usual meaning get the standard name instead. Words outside of pairs are the field `text`.
 *
 * Time: the field named by `timeField`, else the first of `timestamp`, `time`, `ts`, `t`, `@timestamp`, `datetime`, `date`. RFC 3339, `yyyy-MM-dd HH:mm:ss`, syslog's
 * `Mmm dd HH:mm:ss`, or a number since 1970: seconds (also with a fraction) below 10^11, milliseconds below 10^14, microseconds below 10^17, else nanoseconds. A line without a
 * time gets the clock's.
 */
import { ParserConfigError } from '../errors.ts';
import { isMap, setField } from '../fields.ts';
import type { Message, ParserEnvironment } from '../parser.ts';
import { booleanSetting, type Settings, textSetting } from '../settings.ts';
import { readAnyTime } from '../shared/any-time.ts';
import { type DocumentedParser, deviceTimeZoneOption, field } from '../shared/documented.ts';
import { decimalNumber } from '../shared/event-fields.ts';
import { type KeyValueRules, readPairs } from '../shared/key-values.ts';
import { refusedLine, TimedLineFormat } from '../shared/line-format.ts';
import { logfmtSamples } from './logfmt.samples.ts';

const usualNames: ReadonlyMap<string, string> = new Map([
  ['src', 'ip_src_addr'],
  ['srcip', 'ip_src_addr'],
  ['src_ip', 'ip_src_addr'],
  ['source_ip', 'ip_src_addr'],
  ['client_ip', 'ip_src_addr'],
  ['remote_addr', 'ip_src_addr'],
  ['dst', 'ip_dst_addr'],
  ['dstip', 'ip_dst_addr'],
  ['dst_ip', 'ip_dst_addr'],
  ['dest_ip', 'ip_dst_addr'],
  ['destination_ip', 'ip_dst_addr'],
  ['spt', 'ip_src_port'],
  ['sport', 'ip_src_port'],
  ['srcport', 'ip_src_port'],
  ['src_port', 'ip_src_port'],
  ['dpt', 'ip_dst_port'],
  ['dport', 'ip_dst_port'],
  ['dstport', 'ip_dst_port'],
  ['dst_port', 'ip_dst_port'],
  ['dest_port', 'ip_dst_port'],
  ['proto', 'protocol'],
  ['user', 'user.name'],
  ['username', 'user.name'],
  ['level', 'log.level'],
  ['lvl', 'log.level'],
  ['severity', 'log.level'],
  ['msg', 'message'],
  ['host', 'host.name'],
  ['hostname', 'host.name'],
  ['caller', 'log.origin.file.name'],
  ['err', 'error.message'],
  ['error', 'error.message'],
  ['trace_id', 'trace.id'],
  ['traceID', 'trace.id'],
  ['span_id', 'span.id'],
]);

/** Standard names whose values are texts, whatever was written. */
const textNames = new Set([...usualNames.values()].filter((name) => !name.endsWith('_port')));

const timeNames = ['timestamp', 'time', 'ts', 't', '@timestamp', 'datetime', 'date'];
/** Names that the parser sets itself; a key of that name is kept as `logfmt.<key>`. */
const reserved = new Set(['timestamp', 'original_string', 'guid', 'is_alert', 'source.type']);

class LogfmtParser extends TimedLineFormat {
  readonly #rules: KeyValueRules;
  readonly #timeNames: ReadonlySet<string>;
  readonly #names: ReadonlyMap<string, string>;
  readonly #typed: boolean;
  #timestamp = Number.NaN;
  #words = '';
  #pairs = 0;

  constructor(settings: Settings, environment: ParserEnvironment) {
    super(settings, environment);
    const separator = textSetting(settings, 'pairSeparator', '');
    if (separator.length > 1)
      throw new ParserConfigError(`parserConfig.pairSeparator is ${JSON.stringify(separator)}`, {
        hint: 'Expected one character, such as ","',
      });
    this.#rules = {
      separator: separator === '' || separator === ' ' ? 0 : separator.charCodeAt(0),
      escapes: true,
      singleQuotes: booleanSetting(settings, 'singleQuotes', false),
    };
    const timeField = textSetting(settings, 'timeField', '');
    this.#timeNames = new Set(timeField === '' ? timeNames : [timeField]);
    this.#typed = booleanSetting(settings, 'numbers', true);
    this.#names = namesOf(settings);
  }

  protected override read(line: string): Message {
    const { fields } = this;
    this.#timestamp = Number.NaN;
    this.#words = '';
    this.#pairs = 0;
    fields.set('timestamp', 0);
    readPairs(line, 0, this.#rules, this.#pair, this.#word);
    if (this.#pairs === 0) throw refusedLine(line, 'a line of pairs', 'key=value');
    fields.set('timestamp', Number.isNaN(this.#timestamp) ? this.environment.now() : this.#timestamp);
    fields.setText('text', this.#words);
    fields.set('original_string', line);
    return fields.build();
  }

  readonly #pair = (key: string, value: string, quoted: boolean): void => {
    this.#pairs++;
    const { fields } = this;
    if (Number.isNaN(this.#timestamp) && this.#timeNames.has(key)) {
      this.#timestamp = readAnyTime(value, this.zone, this.environment.now());
      if (!Number.isNaN(this.#timestamp)) {
        fields.set('event.original_time', value);
        return;
      }
    }
    let name = this.#names.get(key) ?? key;
    if (reserved.has(name)) name = `logfmt.${name}`;
    if (textNames.has(name)) fields.append(name, name === 'protocol' ? value.toLowerCase() : value);
    else fields.append(name, this.#typed && !quoted ? typedValue(value) : value);
  };

  readonly #word = (word: string): void => {
    this.#words += this.#words === '' ? word : ` ${word}`;
  };
}

function typedValue(value: string): string | number | boolean {
  return decimalNumber(value) ?? (value === 'true' ? true : value === 'false' ? false : value);
}

function namesOf(settings: Settings): ReadonlyMap<string, string> {
  const names = new Map(booleanSetting(settings, 'standardNames', true) ? usualNames : []);
  const own = Object.hasOwn(settings, 'fieldNames') ? settings['fieldNames'] : undefined;
  if (own === undefined || own === null) return names;
  if (!isMap(own))
    throw new ParserConfigError('parserConfig.fieldNames is no object', {
      hint: 'Expected names by key: {"srcaddr": "ip_src_addr"}',
    });
  const checked: Message = {};
  for (const [key, name] of Object.entries(own)) {
    if (typeof name !== 'string' || name === '')
      throw new ParserConfigError(`parserConfig.fieldNames.${key} is no name`, { hint: 'Expected text' });
    setField(checked, key, name);
    names.set(key, name);
  }
  return names;
}

export const logfmt: DocumentedParser = {
  name: 'logfmt',
  classNames: ['LogfmtParser', 'keyvalue', 'key-value', 'kv'],
  description: 'Any log of key=value pairs (logfmt)',
  options: [
    deviceTimeZoneOption,
    { name: 'timeField', type: 'text', description: 'Key of the time. Absent: the first of the usual ones.' },
    {
      name: 'pairSeparator',
      type: 'text',
      default: '',
      description: 'A character between pairs besides blanks, such as `,` or `;`.',
    },
    {
      name: 'singleQuotes',
      type: 'boolean',
      default: false,
      description: 'Single quotes enclose values too.',
    },
    {
      name: 'numbers',
      type: 'boolean',
      default: true,
      description: 'Unquoted numbers, `true` and `false` keep their kind; otherwise all values are text.',
    },
    {
      name: 'standardNames',
      type: 'boolean',
      default: true,
      description: 'Usual keys (`src`, `dport`, `msg`, `level`, …) get standard names.',
    },
    { name: 'fieldNames', type: 'map', description: 'Further names by key: `{"srcaddr": "ip_src_addr"}`.' },
  ],
  samples: logfmtSamples,
  references: [
    'Brandur Leach, "logfmt": https://brandur.org/logfmt',
    'go-logfmt, grammar: https://pkg.go.dev/github.com/kr/logfmt',
  ],
  fields: [
    field('ip_src_addr', 'text', '`src`, `srcip`, `src_ip`, `client_ip`, `remote_addr`, …'),
    field('ip_src_port', 'number', '`spt`, `sport`, `src_port`, …'),
    field('ip_dst_addr', 'text', '`dst`, `dstip`, `dst_ip`, …'),
    field('ip_dst_port', 'number', '`dpt`, `dport`, `dst_port`, …'),
    field('protocol', 'text', '`proto` in lower case.'),
    field('event.original_time', 'text', 'The time as written.'),
    field('message', 'text', '`msg`.'),
    field('log.level', 'text', '`level`.'),
    field('user.name', 'text', '`user`.'),
    field('host.name', 'text', '`host`.'),
    field('error.message', 'text', '`err`, `error`.'),
    field('trace.id', 'text', '`trace_id`.'),
    field('text', 'text', 'Words outside of pairs.'),
    field('*', 'any', 'Every other pair under its key; one that occurs again is a list.'),
  ],
  configure: (config, environment) => new LogfmtParser(config, environment),
};
