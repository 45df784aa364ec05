/**
 * Reads Windows events in XML, as the event log renders and forwards them.
 * Source: Microsoft, "Event Schema" (https://learn.microsoft.com/en-us/windows/win32/wes/eventschema-schema).
 */
import { excerpt, ParseError } from '../errors.ts';
import type { Message } from '../parser.ts';
import { type EventFields, numberOr, type PrefixedName, PrefixedNames } from '../shared/event-fields.ts';
import { XmlScanner } from '../shared/xml-scanner.ts';
import { readIsoTime } from '../timestamps.ts';
import type { DataRule, DataRules } from './data-rules.ts';
import { dataNames, describeEvent, rulesFor } from './event.ts';

/** Elements of `System` whose text is a field. */
const systemFields: ReadonlyMap<string, string> = new Map([
  ['EventID', 'winlog.event_id'],
  ['Version', 'winlog.version'],
  ['Level', 'winlog.level'],
  ['Task', 'winlog.task_id'],
  ['Opcode', 'winlog.opcode_id'],
  ['Keywords', 'winlog.keywords_mask'],
  ['EventRecordID', 'winlog.record_id'],
  ['Channel', 'winlog.channel'],
  ['Computer', 'host.name'],
]);

/** Attributes of `System`'s elements. */
const systemAttributes: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map([
  [
    'Provider',
    new Map([
      ['Name', 'winlog.provider_name'],
      ['Guid', 'winlog.provider_guid'],
      ['EventSourceName', 'winlog.event_source_name'],
    ]),
  ],
  ['EventID', new Map([['Qualifiers', 'winlog.qualifiers']])],
  ['TimeCreated', new Map([['SystemTime', 'winlog.time_created']])],
  [
    'Correlation',
    new Map([
      ['ActivityID', 'winlog.activity_id'],
      ['RelatedActivityID', 'winlog.related_activity_id'],
    ]),
  ],
  [
    'Execution',
    new Map([
      ['ProcessID', 'winlog.process.pid'],
      ['ThreadID', 'winlog.process.thread.id'],
    ]),
  ],
  ['Security', new Map([['UserID', 'winlog.user.identifier']])],
]);

/** `RenderingInfo`: what the numbers mean, in the language of the machine. */
const renderedFields: ReadonlyMap<string, string> = new Map([
  ['Message', 'message'],
  ['Level', 'log.level'],
  ['Task', 'winlog.task'],
  ['Opcode', 'winlog.opcode'],
  ['Channel', 'winlog.channel_title'],
  ['Provider', 'winlog.provider_title'],
  ['Keyword', 'winlog.keywords'],
]);

/** Level by number, where nothing is rendered (Microsoft, "LevelType"). */
const levels: Readonly<Record<string, string>> = {
  0: 'information',
  1: 'critical',
  2: 'error',
  3: 'warning',
  4: 'information',
  5: 'verbose',
};

/** Elements whose text and attributes are names, digits or not; other numbers are numbers where they lose nothing. */
const namesOnly = new Set(['Channel', 'Computer', 'Provider', 'Security', 'Correlation']);

const userDataNames = new PrefixedNames('winlog.user_data.');
const otherNames = new PrefixedNames('winlog.');

interface DataMember {
  readonly entry: PrefixedName;
  readonly rule: DataRule | undefined;
}

/** What becomes of data, by their name, with one look. */
class DataTable {
  readonly #rules: DataRules | undefined;
  readonly #members = new Map<string, DataMember>();

  constructor(rules: DataRules | undefined) {
    this.#rules = rules;
  }

  get(name: string): DataMember {
    const known = this.#members.get(name);
    if (known !== undefined) return known;
    const member = { entry: dataNames.entry(name), rule: this.#rules?.get(name) };
    if (this.#members.size < 4096 && name.length <= 256) this.#members.set(name, member);
    return member;
  }
}

export class EventXml {
  readonly #scanner = new XmlScanner();
  readonly #names: string[] = [];
  readonly #values: string[] = [];
  /** By the rules, of which there are few. */
  readonly #tables = new Map<DataRules | undefined, DataTable>();
  #count = 0;
  #provider = '';
  #eventId = Number.NaN;
  #keywords: string | undefined;
  #level: string | undefined;
  #timestamp = Number.NaN;

  /**
   * Reads the element `Event` that begins at text[from] (`<Event`). Answers the message and the index behind it. Throws `ParseError` when it is no
   * such event.
   */
  read(text: string, from: number, fields: EventFields): { message: Message; end: number } {
    const scanner = this.#scanner;
    this.#count = 0;
    this.#provider = '';
    this.#eventId = this.#timestamp = Number.NaN;
    this.#keywords = this.#level = undefined;
    fields.clear();
    scanner.begin(text, from);
    if (scanner.next() !== 'open' || scanner.name !== 'Event')
      throw new ParseError(`No Event: ${excerpt(text.slice(from))}`);
    // The time stands first; it is known only behind the system part.
    fields.set('timestamp', 0);
    for (;;) {
      const step = scanner.next();
      if (step === 'close' && scanner.depth === 0) break;
      if (step !== 'open') continue;
      const opened: string = scanner.name;
      if (opened === 'System') this.#readSystem(fields);
      else if (opened === 'EventData') this.#readData();
      else if (opened === 'UserData') this.#readTree(fields, userDataNames, '', true);
      else if (opened === 'RenderingInfo') this.#readRendered(fields);
      else this.#readTree(fields, otherNames, opened, false);
    }
    if (Number.isNaN(this.#timestamp))
      throw new ParseError(`An event without System/TimeCreated: ${excerpt(text.slice(from))}`);
    fields.set('timestamp', this.#timestamp);
    this.#finish(fields);
    const end = scanner.at;
    fields.set('original_string', from === 0 && end === text.length ? text : text.slice(from, end));
    return { message: fields.build(), end };
  }

  #finish(fields: EventFields): void {
    const eventId = this.#eventId;
    if (!Number.isNaN(eventId)) fields.set('event.code', String(eventId));
    fields.setText('event.provider', this.#provider);
    if (this.#level !== undefined && !fields.has('log.level') && Object.hasOwn(levels, this.#level))
      fields.set('log.level', levels[this.#level]);
    const table = this.#tableOf(rulesFor(this.#provider, eventId));
    for (let i = 0; i < this.#count; i++) {
      const value = this.#values[i]!;
      const { entry, rule } = table.get(this.#names[i]!);
      fields.appendEntry(entry, value);
      rule?.(fields, value);
    }
    describeEvent(fields, this.#provider, eventId, this.#keywords);
  }

  #tableOf(rules: DataRules | undefined): DataTable {
    let table = this.#tables.get(rules);
    if (table === undefined) {
      table = new DataTable(rules);
      this.#tables.set(rules, table);
    }
    return table;
  }

  #readSystem(fields: EventFields): void {
    const scanner = this.#scanner;
    const depth = scanner.depth;
    for (;;) {
      const step = scanner.next();
      if (step === 'close' && scanner.depth < depth) return;
      if (step !== 'open') continue;
      const { name } = scanner;
      if (scanner.attributes > 0) this.#systemAttributes(name, fields);
      const value = this.#textOf();
      if (value === '') continue;
      const field = systemFields.get(name);
      if (name === 'EventID') this.#eventId = /^\d{1,6}$/.test(value) ? Number(value) : Number.NaN;
      else if (name === 'Keywords') this.#keywords = value;
      else if (name === 'Level') this.#level = value;
      if (field === undefined) fields.append(otherNames.of(name), value);
      else fields.set(field, namesOnly.has(name) ? value : numberOr(value));
    }
  }

  #systemAttributes(name: string, fields: EventFields): void {
    const scanner = this.#scanner;
    const known = systemAttributes.get(name);
    for (let i = 0; i < scanner.attributes; i++) {
      const attribute = scanner.attributeNames[i]!;
      const value = scanner.attributeValues[i]!;
      if (attribute === 'xmlns' || value === '') continue;
      const field = known?.get(attribute);
      if (field === undefined) {
        fields.append(otherNames.of(`${name}.${attribute}`), value);
        continue;
      }
      if (field === 'winlog.time_created') this.#timestamp = readSystemTime(value);
      else if (field === 'winlog.provider_name') this.#provider = value;
      fields.set(field, namesOnly.has(name) ? value : numberOr(value));
    }
  }

  /** `<Data Name="x">value</Data>`, `<Data>value</Data>`, `<Binary>…</Binary>`. */
  #readData(): void {
    const scanner = this.#scanner;
    const depth = scanner.depth;
    const title = scanner.attribute('Name');
    if (title !== undefined) this.#add('EventDataName', title);
    let unnamed = 0;
    for (;;) {
      while (scanner.takeLeaf('<Data Name=', '</Data>')) this.#add(scanner.name, scanner.value);
      const step = scanner.next();
      if (step === 'close' && scanner.depth < depth) return;
      if (step !== 'open') continue;
      const isData = scanner.name === 'Data';
      const name = isData ? (scanner.attribute('Name') ?? `param${++unnamed}`) : scanner.name;
      const value = this.#textOf();
      if (value !== '' || isData) this.#add(name, value);
    }
  }

  #add(name: string, value: string): void {
    this.#names[this.#count] = name;
    this.#values[this.#count++] = value;
  }

  #readRendered(fields: EventFields): void {
    const scanner = this.#scanner;
    const depth = scanner.depth;
    const culture = scanner.attribute('Culture');
    if (culture !== undefined && culture !== '') fields.set('winlog.culture', culture);
    let keywords: string | undefined;
    for (;;) {
      const step = scanner.next();
      if (step === 'close' && scanner.depth < depth) break;
      if (step !== 'open' || scanner.name === 'Keywords') continue;
      const { name } = scanner;
      const value = this.#textOf().trim();
      if (value === '') continue;
      if (name === 'Keyword') keywords = keywords === undefined ? value : `${keywords}, ${value}`;
      else if (name === 'Level') fields.set('log.level', value.toLowerCase());
      else fields.append(renderedFields.get(name) ?? otherNames.of(name), value);
    }
    fields.setText('winlog.keywords', keywords);
  }

  /** Any elements: names joined with dots, the outermost left out when `skipsFirst`; attributes are fields as well. */
  #readTree(fields: EventFields, names: PrefixedNames, root: string, skipsFirst: boolean): void {
    const scanner = this.#scanner;
    const depth = scanner.depth;
    const path: string[] = root === '' ? [] : [root];
    if (root !== '') this.#treeAttributes(fields, names, path);
    let text = '';
    for (;;) {
      const step = scanner.next();
      if (step === 'close') {
        if (text.trim() !== '') fields.append(names.of(joined(path)), text.trim());
        text = '';
        if (scanner.depth < depth) return;
        path.pop();
      } else if (step === 'text') text += scanner.value;
      else if (step === 'open') {
        text = '';
        if (skipsFirst && scanner.depth === depth + 1) {
          fields.set('winlog.user_data.xml_name', scanner.name);
          // Its name is no part of the others'.
          path.push('');
        } else path.push(scanner.name);
        this.#treeAttributes(fields, names, path);
      }
    }
  }

  #treeAttributes(fields: EventFields, names: PrefixedNames, path: readonly string[]): void {
    const scanner = this.#scanner;
    for (let i = 0; i < scanner.attributes; i++) {
      const attribute = scanner.attributeNames[i]!;
      const value = scanner.attributeValues[i]!;
      if (attribute === 'xmlns' || value === '') continue;
      fields.append(names.of(joined([...path, attribute])), value);
    }
  }

  /** Text of the element just opened, up to its end; elements inside of it give their text. */
  #textOf(): string {
    const scanner = this.#scanner;
    const depth = scanner.depth;
    let text = '';
    for (;;) {
      const step = scanner.next();
      if (step === 'text') text += scanner.value;
      else if (step === 'close' && scanner.depth < depth) return text;
    }
  }
}

function joined(path: readonly string[]): string {
  const name = path.filter((part) => part !== '').join('.');
  return name === '' ? 'text' : name;
}

/** `2026-03-09T08:12:44.1234567Z`, sometimes with a blank for the `T` or without the `Z`: always UTC. */
export function readSystemTime(value: string): number {
  const time = readIsoTime(value);
  if (!Number.isNaN(time) || value.length > 40) return time;
  const mended = value.charCodeAt(10) === 0x20 ? `${value.slice(0, 10)}T${value.slice(11)}` : value;
  return readIsoTime(mended.endsWith('Z') ? mended : `${mended}Z`);
}
