/**
 * Lines read by named groups of regular expressions (Metron's RegularExpressionsParser): one finds the kind of record, those of that
 * kind must fit the whole line, others read what all kinds have in front.
 */
import { charsetDecoder } from './charset.ts';
import { excerpt, ParseError, ParserConfigError } from './errors.ts';
import { isMap } from './fields.ts';
import { guardedMatch } from './grok/guarded-match.ts';
import { emitRegex } from './grok/regex-emit.ts';
import { type RegexNode, sequence } from './grok/regex-node.ts';
import { parseRegex } from './grok/regex-parse.ts';
import { simplifyRegex } from './grok/regex-simplify.ts';
import { type DateReader, simpleDateFormat } from './java-date.ts';
import { javaZone } from './java-zone.ts';
import { asParseError, isBlankText } from './line-records.ts';
import type { Message, Parser, ParserEnvironment, ParserType, ParseSink } from './parser.ts';
import { booleanSetting, type Settings, textListSetting, textSetting } from './settings.ts';
import { EventFields } from './shared/event-fields.ts';

interface NamedRegex {
  readonly regex: RegExp;
  readonly linear: boolean;
  /** Names of fields and the numbers of their groups. */
  readonly names: readonly string[];
  readonly groups: readonly number[];
}

class RegularExpressionsParser implements Parser {
  readonly #environment: ParserEnvironment;
  readonly #recordType: NamedRegex;
  readonly #headers: readonly NamedRegex[];
  readonly #fields: ReadonlyMap<string, readonly NamedRegex[]>;
  readonly #readDate: DateReader | undefined;
  readonly #timestampField: string;
  readonly #found = new EventFields();

  constructor(config: Settings, environment: ParserEnvironment) {
    this.#environment = environment;
    charsetDecoder(textSetting(config, 'readCharset', 'UTF-8'));
    const recordType = textSetting(config, 'recordTypeRegex', '');
    if (recordType.trim() === '') {
      throw new ParserConfigError('parserConfig.recordTypeRegex is missing', {
        hint: 'Expected a regular expression whose match is the type of a record',
      });
    }
    const converts = booleanSetting(config, 'convertCamelCaseToUnderScore', false);
    this.#recordType = compileNamed(recordType, 'recordTypeRegex', false, converts);
    this.#headers = textListSetting(config, 'messageHeaderRegex').map((source) =>
      compileNamed(source, 'messageHeaderRegex', false, converts),
    );
    this.#fields = readFields(config['fields'], converts);
    this.#timestampField = textSetting(config, 'timestampField', '');
    const format = textSetting(config, 'dateFormat', '');
    const zone = javaZone(textSetting(config, 'timeZone', environment.timeZone));
    this.#readDate = format === '' ? undefined : simpleDateFormat(format, zone);
  }

  parse(text: string, sink: ParseSink): void {
    if (isBlankText(text)) {
      sink.skip(text, 'blank');
      return;
    }
    let message: Message;
    try {
      message = this.#read(text.trim());
    } catch (error) {
      sink.fail(asParseError(error, text));
      return;
    }
    sink.emit(message);
  }

  #read(line: string): Message {
    const fields = this.#found;
    fields.clear();
    for (const header of this.#headers) {
      const found = guardedMatch(header.regex, header.linear, line);
      if (found === null) continue;
      this.#take(header, found);
      break;
    }
    const type = guardedMatch(this.#recordType.regex, this.#recordType.linear, line);
    if (type !== null) {
      for (const pattern of this.#fields.get(type[0].toLowerCase()) ?? []) {
        const found = guardedMatch(pattern.regex, pattern.linear, line);
        if (found === null) continue;
        this.#take(pattern, found);
        break;
      }
      this.#take(this.#recordType, type);
    }
    const timestamp = this.#timestamp();
    fields.set('original_string', line);
    fields.set('timestamp', timestamp);
    return fields.build();
  }

  #take({ names, groups }: NamedRegex, found: RegExpExecArray): void {
    for (let i = 0; i < names.length; i++) {
      const value = found[groups[i]!];
      if (value === undefined) continue;
      const trimmed = value.trim();
      if (trimmed !== '') this.#found.set(names[i]!, trimmed);
    }
  }

  /** The present time, as in Metron, unless the configuration names a field that holds it. */
  #timestamp(): number {
    const now = this.#environment.now();
    if (this.#timestampField === '') return now;
    const value = this.#found.get(this.#timestampField);
    if (typeof value !== 'string') return now;
    const time = this.#readDate === undefined ? Number(value) : this.#readDate(value, now);
    if (Number.isNaN(time))
      throw new ParseError(`The field ${this.#timestampField} is no time by dateFormat: ${excerpt(value)}`);
    return time;
  }
}

function readFields(setting: unknown, converts: boolean): ReadonlyMap<string, readonly NamedRegex[]> {
  if (!Array.isArray(setting)) {
    throw new ParserConfigError('parserConfig.fields is missing', {
      hint: 'Expected a list of {"recordType": …, "regex": … or [ … ]}',
    });
  }
  const fields = new Map<string, NamedRegex[]>();
  for (const entry of setting as unknown[]) {
    if (!isMap(entry) || typeof entry['recordType'] !== 'string' || entry['regex'] === undefined) {
      throw new ParserConfigError(
        `An entry of parserConfig.fields is ${excerpt(JSON.stringify(entry) ?? '')}`,
        {
          hint: 'Expected {"recordType": …, "regex": … or [ … ]}',
        },
      );
    }
    const type = entry['recordType'].toLowerCase();
    const patterns = fields.get(type) ?? [];
    for (const source of textListSetting(entry, 'regex')) {
      const pattern = compileNamed(source, `fields, record type ${entry['recordType']}`, true, converts);
      if (pattern.names.length > 0) patterns.push(pattern);
    }
    fields.set(type, patterns);
  }
  return fields;
}

/** `whole`: the expression must match all of the text, not only be found in it. */
function compileNamed(source: string, where: string, whole: boolean, converts: boolean): NamedRegex {
  let tree: RegexNode;
  try {
    tree = parseRegex(source);
    checkNames(source);
  } catch (cause) {
    throw new ParserConfigError(
      `The regular expression of ${where} is wrong: ${excerpt(source)}: ${(cause as Error).message}`,
      { cause },
    );
  }
  const anchored = whole
    ? sequence([{ kind: 'assertion', what: 'start' }, tree, { kind: 'assertion', what: 'end' }])
    : tree;
  const simple = simplifyRegex(anchored);
  const named = namedGroups(simple, []);
  const emitted = emitRegex(simple, new Set(named.map((group) => group.number)));
  let regex: RegExp;
  try {
    regex = new RegExp(emitted.source);
    regex.exec('');
  } catch (cause) {
    throw new ParserConfigError(`The regular expression of ${where} is too much: ${excerpt(source)}`, {
      cause,
    });
  }
  return {
    regex,
    linear: emitted.linear,
    names: named.map((group) => (converts ? underscored(group.name) : group.name)),
    groups: named.map((group) => emitted.groups.get(group.number) ?? -1),
  };
}

/** Java's names of groups: letters and digits. */
function checkNames(source: string): void {
  for (const [, name] of source.matchAll(/\(\?<([^=!>][^>]*)>/g)) {
    if (!/^[A-Za-z][A-Za-z0-9]*$/.test(name!))
      throw new Error(`a group is called ${name}; names have letters and digits only`);
  }
}

function namedGroups(
  node: RegexNode,
  out: { name: string; number: number }[],
): { name: string; number: number }[] {
  switch (node.kind) {
    case 'group':
      if (node.name !== undefined) out.push({ name: node.name, number: node.number });
      namedGroups(node.body, out);
      break;
    case 'sequence':
      for (const item of node.items) namedGroups(item, out);
      break;
    case 'choice':
      for (const option of node.options) namedGroups(option, out);
      break;
    case 'repeat':
    case 'atomic':
    case 'look':
      namedGroups(node.body, out);
      break;
    default:
  }
  return out;
}

/** `ipSrcAddr` as `ip_src_addr`; each capital of a run gets its own. */
function underscored(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1).replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);
}

export const regularExpressions: ParserType = {
  name: 'regex',
  classNames: ['org.apache.metron.parsers.regex.RegularExpressionsParser', 'RegularExpressionsParser'],
  description: 'Lines read by named groups of regular expressions, chosen by the kind of record',
  references: ['Java regular expressions, java.util.regex.Pattern'],
  options: [
    {
      name: 'recordTypeRegex',
      type: 'regex',
      required: true,
      description: 'Found anywhere in a line; the text that it matches, in lower case, is the record type.',
    },
    {
      name: 'messageHeaderRegex',
      type: 'list',
      description: 'Expressions for what all record types have in front; the first that is found counts.',
    },
    {
      name: 'fields',
      type: 'objects',
      required: true,
      description:
        'Per record type the expressions that must fit the whole line: `{"recordType": …, "regex": …}`.',
    },
    {
      name: 'convertCamelCaseToUnderScore',
      type: 'boolean',
      default: false,
      description: 'Whether group names such as `ipSrcAddr` become fields such as `ip_src_addr`.',
    },
    {
      name: 'timestampField',
      type: 'text',
      description:
        'Field that holds the event’s time. Absent: `timestamp` is the time of parsing, as in Metron.',
    },
    {
      name: 'dateFormat',
      type: 'dateFormat',
      description: 'How `timestampField` is read; absent: epoch milliseconds.',
    },
  ],
  sampleConfig: {
    convertCamelCaseToUnderScore: true,
    recordTypeRegex: String.raw`\b(?:kernel|sshd|sudo)\b`,
    messageHeaderRegex: String.raw`^<(?<syslogPriority>\d{1,3})>(?<timestampDevice>\w{3} +\d+ [\d:]+) (?<syslogHost>\S+)`,
    fields: [
      { recordType: 'kernel', regex: '.*kernel: (?<eventInfo>.*)' },
      {
        recordType: 'sshd',
        regex: [
          String.raw`.*sshd\[(?<pid>\d+)\]: Accepted (?<authMethod>\w+) for (?<userName>\w+) from (?<ipSrcAddr>[0-9.]+) port (?<ipSrcPort>\d+).*`,
          String.raw`.*sshd\[(?<pid>\d+)\]: (?<eventInfo>.*)`,
        ],
      },
      { recordType: 'sudo', regex: String.raw`.*sudo: +(?<userName>\S+) : .*COMMAND=(?<command>.*)` },
    ],
  },
  samples: [
    '<38>Jan 20 15:01:17 gw01 sshd[11672]: Accepted publickey for ann from 192.0.2.55 port 50666 ssh2',
    '<38>Jan 20 15:01:18 gw01 sshd[11673]: Connection closed by 192.0.2.56 port 40022 [preauth]',
    '<6>Jan 20 15:02:00 gw01 kernel: eth0: link up',
    '<85>Jan 20 15:03:11 gw01 sudo:      bob : TTY=pts/0 ; PWD=/home/bob ; USER=root ; COMMAND=/usr/bin/id',
    '<78>Jan 20 15:04:00 gw01 CRON[77]: (root) CMD (run-parts /etc/cron.hourly)',
  ],
  configure: (config, environment) => new RegularExpressionsParser(config, environment),
};
