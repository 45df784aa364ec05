/**
 * Reads Windows events in XML, as the event log renders and forwards them.
 * Source: Microsoft, "Event Schema" (https://learn.microsoft.com/en-us/windows/win32/wes/eventschema-schema).
 */
import { excerpt, ParseError } from '../errors.ts';
import type { Message } from '../parser.ts';
import { type EventFields, numberOr, type PrefixedName, PrefixedNames } from '../shared/event-fields.ts';
import { decoded, XmlScanner } from '../shared/xml-scanner.ts';
import { readIsoTime } from '../timestamps.ts';
import type { DataRule, DataRules } from './data-rules.ts';
import { dataNames, describeEvent, rulesFor } from './event.ts';
import { type EventKind, EventKinds } from './event-kinds.ts';
import {
  levels,
  namesOnly,
  renderedFields,
  systemAttributes,
  systemFields,
  userDataFields,
} from './event-xml-names.ts';

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

/** What becomes of a value, wherever it was read. */
interface Step {
  readonly kind: 'system' | 'attribute' | 'data' | 'culture' | 'rendered' | 'tree';
  /** Name of the element, or of the data. */
  readonly name: string;
  /** Of an attribute of `System`'s elements. */
  readonly attribute: string;
  /** The field it becomes; undefined when its name is not known. */
  readonly field: string | undefined;
  /** Of data: what its name meant the last time, and by which rules. */
  table: DataTable | undefined;
  member: DataMember | undefined;
}

function step(kind: Step['kind'], name: string, field?: string, attribute = ''): Step {
  return { kind, name, attribute, field, table: undefined, member: undefined };
}

export class EventXml {
  readonly #scanner = new XmlScanner();
  readonly #kinds = new EventKinds<Step>();
  readonly #data: Step[] = [];
  readonly #values: string[] = [];
  /** By the rules, of which there are few. */
  readonly #tables = new Map<DataRules | undefined, DataTable>();
  #count = 0;
  #provider = '';
  #eventId = Number.NaN;
  #keywords: string | undefined;
  #renderedKeywords: string | undefined;
  #level: string | undefined;
  #timestamp = Number.NaN;
  /** Texts that `#textOf` put together the last time. */
  #textParts = 0;

  /**
   * Reads the element `Event` that begins at text[from] (`<Event`). Answers the message and the index behind it. Throws `ParseError` when it is no
   * such event.
   */
  read(text: string, from: number, fields: EventFields): { message: Message; end: number } {
    this.#count = 0;
    this.#provider = '';
    this.#eventId = this.#timestamp = Number.NaN;
    this.#keywords = this.#level = this.#renderedKeywords = undefined;
    fields.clear();
    // The time stands first; it is known only behind the system part.
    fields.set('timestamp', 0);
    const kind = this.#kinds.find(text, from);
    const end = kind === undefined ? this.#readSteps(text, from, fields) : this.#repeat(kind, fields);
    if (Number.isNaN(this.#timestamp))
      throw new ParseError(`An event without System/TimeCreated: ${excerpt(text.slice(from))}`);
    fields.set('timestamp', this.#timestamp);
    this.#finish(fields);
    fields.set('original_string', from === 0 && end === text.length ? text : text.slice(from, end));
    return { message: fields.build(), end };
  }

  #repeat({ values }: EventKind<Step>, fields: EventFields): number {
    const captures = this.#kinds.captures!;
    const isPlain = !captures[0]!.includes('&');
    for (let i = 0; i < values.length; i++) {
      const { step, capture, value } = values[i]!;
      const taken = capture === 0 ? value : isPlain ? captures[capture]! : decoded(captures[capture]!);
      this.#take(step, taken, fields);
    }
    return this.#kinds.end;
  }

  #readSteps(text: string, from: number, fields: EventFields): number {
    const scanner = this.#scanner;
    scanner.begin(text, from);
    if (scanner.next() !== 'open' || scanner.name !== 'Event')
      throw new ParseError(`No Event: ${excerpt(text.slice(from))}`);
    for (;;) {
      const next = scanner.next();
      if (next === 'close' && scanner.depth === 0) break;
      if (next !== 'open') continue;
      const opened: string = scanner.name;
      if (opened === 'System') this.#readSystem(fields);
      else if (opened === 'EventData') this.#readData(fields);
      else if (opened === 'UserData') this.#readTree(fields, userDataNames, '', true);
      else if (opened === 'RenderingInfo') this.#readRendered(fields);
      else this.#readTree(fields, otherNames, opened, false);
    }
    if (!Number.isNaN(this.#timestamp)) this.#kinds.learn(text, from, scanner.at);
    return scanner.at;
  }

  #finish(fields: EventFields): void {
    fields.setText('winlog.keywords', this.#renderedKeywords);
    const eventId = this.#eventId;
    if (!Number.isNaN(eventId)) fields.set('event.code', String(eventId));
    fields.setText('event.provider', this.#provider);
    if (this.#level !== undefined && !fields.has('log.level') && Object.hasOwn(levels, this.#level))
      fields.set('log.level', levels[this.#level]);
    const table = this.#tableOf(rulesFor(this.#provider, eventId));
    for (let i = 0; i < this.#count; i++) {
      const value = this.#values[i]!;
      const data = this.#data[i]!;
      if (data.table !== table) {
        data.table = table;
        data.member = table.get(data.name);
      }
      const { entry, rule } = data.member!;
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

  /** Does with a value what its step says. */
  #take(step: Step, value: string, fields: EventFields): void {
    switch (step.kind) {
      case 'data':
        this.#data[this.#count] = step;
        this.#values[this.#count++] = value;
        return;
      case 'system':
        this.#takeSystem(step, value, fields);
        return;
      case 'attribute':
        this.#takeAttribute(step, value, fields);
        return;
      case 'culture':
        if (value !== '') fields.set('winlog.culture', value);
        return;
      case 'rendered':
        this.#takeRendered(step, value.trim(), fields);
        return;
      case 'tree': {
        const trimmed = value.trim();
        if (trimmed === '') return;
        fields.append(step.name, trimmed);
        const field = userDataFields.get(step.name);
        if (field !== undefined) fields.set(field, trimmed);
        return;
      }
      default:
    }
  }

  #takeSystem({ name, field }: Step, value: string, fields: EventFields): void {
    if (value === '') return;
    if (name === 'EventID') this.#eventId = /^\d{1,6}$/.test(value) ? Number(value) : Number.NaN;
    else if (name === 'Keywords') this.#keywords = value;
    else if (name === 'Level') this.#level = value;
    if (field === undefined) fields.append(otherNames.of(name), value);
    else fields.set(field, namesOnly.has(name) ? value : numberOr(value));
  }

  #takeAttribute({ name, attribute, field }: Step, value: string, fields: EventFields): void {
    if (value === '') return;
    if (field === undefined) {
      fields.append(otherNames.of(`${name}.${attribute}`), value);
      return;
    }
    if (field === 'winlog.time_created') this.#timestamp = readSystemTime(value);
    else if (field === 'winlog.provider_name') this.#provider = value;
    fields.set(field, namesOnly.has(name) ? value : numberOr(value));
  }

  #takeRendered({ name, field }: Step, value: string, fields: EventFields): void {
    if (value === '') return;
    if (name === 'Keyword')
      this.#renderedKeywords =
        this.#renderedKeywords === undefined ? value : `${this.#renderedKeywords}, ${value}`;
    else if (name === 'Level') fields.set('log.level', value.toLowerCase());
    else fields.append(field ?? otherNames.of(name), value);
  }

  #readSystem(fields: EventFields): void {
    const scanner = this.#scanner;
    const depth = scanner.depth;
    for (;;) {
      const next = scanner.next();
      if (next === 'close' && scanner.depth < depth) return;
      if (next !== 'open') continue;
      const { name } = scanner;
      if (scanner.attributes > 0) this.#systemAttributes(name, fields);
      this.#takeText(step('system', name, systemFields.get(name)), fields);
    }
  }

  #systemAttributes(name: string, fields: EventFields): void {
    const scanner = this.#scanner;
    const known = systemAttributes.get(name);
    for (let i = 0; i < scanner.attributes; i++) {
      const attribute = scanner.attributeNames[i]!;
      if (attribute === 'xmlns') continue;
      const taken = step('attribute', name, known?.get(attribute), attribute);
      this.#noteAttribute(taken, i);
      this.#take(taken, scanner.attributeValues[i]!, fields);
    }
  }

  #noteAttribute(step: Step, i: number): void {
    const scanner = this.#scanner;
    this.#kinds.note(step, scanner.attributeFrom[i]!, scanner.attributeTo[i]!, `'"<`);
  }

  /** `<Data Name="x">value</Data>`, `<Data>value</Data>`, `<Binary>…</Binary>`. */
  #readData(fields: EventFields): void {
    const scanner = this.#scanner;
    const depth = scanner.depth;
    const title = scanner.attribute('Name');
    if (title !== undefined) {
      const taken = step('data', 'EventDataName');
      this.#kinds.noteConstant(taken, title);
      this.#take(taken, title, fields);
    }
    let unnamed = 0;
    for (;;) {
      while (scanner.takeLeaf('<Data Name=', '</Data>')) {
        const taken = step('data', scanner.name);
        this.#kinds.note(taken, scanner.valueFrom, scanner.valueTo, '<');
        this.#take(taken, scanner.value, fields);
      }
      const next = scanner.next();
      if (next === 'close' && scanner.depth < depth) return;
      if (next !== 'open') continue;
      const isData = scanner.name === 'Data';
      const name = isData ? (scanner.attribute('Name') ?? `param${++unnamed}`) : scanner.name;
      const value = this.#textOf();
      if (value !== '' || isData) {
        const taken = step('data', name);
        this.#noteText(taken);
        this.#take(taken, value, fields);
      }
    }
  }

  #readRendered(fields: EventFields): void {
    const scanner = this.#scanner;
    const depth = scanner.depth;
    for (let i = 0; i < scanner.attributes; i++) {
      if (scanner.attributeNames[i] !== 'Culture') continue;
      const culture = step('culture', 'Culture');
      this.#noteAttribute(culture, i);
      this.#take(culture, scanner.attributeValues[i]!, fields);
      break;
    }
    for (;;) {
      const next = scanner.next();
      if (next === 'close' && scanner.depth < depth) break;
      if (next !== 'open' || scanner.name === 'Keywords') continue;
      this.#takeText(step('rendered', scanner.name, renderedFields.get(scanner.name)), fields);
    }
  }

  /** The text of the element just opened. */
  #takeText(step: Step, fields: EventFields): void {
    const value = this.#textOf();
    this.#noteText(step);
    this.#take(step, value, fields);
  }

  /** Of what `#textOf` read. */
  #noteText(step: Step): void {
    if (this.#textParts === 1 && this.#scanner.valueFrom >= 0)
      this.#kinds.note(step, this.#scanner.valueFrom, this.#scanner.valueTo, '<');
    else if (this.#textParts > 0) this.#kinds.giveUp();
    else this.#kinds.noteConstant(step, '');
  }

  /** Any elements: names joined with dots, the outermost left out when `skipsFirst`; attributes are fields as well. */
  #readTree(fields: EventFields, names: PrefixedNames, root: string, skipsFirst: boolean): void {
    const scanner = this.#scanner;
    const depth = scanner.depth;
    const path: string[] = root === '' ? [] : [root];
    if (root !== '') this.#treeAttributes(fields, names, path);
    let text = '';
    this.#textParts = 0;
    for (;;) {
      const next = scanner.next();
      if (next === 'close') {
        const taken = step('tree', names.of(joined(path)));
        if (this.#textParts > 0) this.#noteText(taken);
        this.#take(taken, text, fields);
        text = '';
        this.#textParts = 0;
        if (scanner.depth < depth) return;
        path.pop();
      } else if (next === 'text') {
        text += scanner.value;
        this.#textParts++;
      } else if (next === 'open') {
        text = '';
        this.#textParts = 0;
        if (skipsFirst && scanner.depth === depth + 1) {
          const taken = step('tree', 'winlog.user_data.xml_name');
          this.#kinds.noteConstant(taken, scanner.name);
          this.#take(taken, scanner.name, fields);
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
      if (attribute === 'xmlns') continue;
      const taken = step('tree', names.of(joined([...path, attribute])));
      this.#noteAttribute(taken, i);
      this.#take(taken, scanner.attributeValues[i]!, fields);
    }
  }

  /** Text of the element just opened, up to its end; elements inside of it give their text. */
  #textOf(): string {
    const scanner = this.#scanner;
    const depth = scanner.depth;
    let text = '';
    this.#textParts = 0;
    for (;;) {
      const step = scanner.next();
      if (step === 'text') {
        text += scanner.value;
        this.#textParts++;
      } else if (step === 'close' && scanner.depth < depth) return text;
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
