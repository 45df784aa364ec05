/** What a value of an event's data becomes besides itself. */
import { type EventFields, numberOr } from '../shared/event-fields.ts';

/** Sets fields for one value of the event's data. */
export type DataRule = (fields: EventFields, value: string) => void;
export type DataRules = ReadonlyMap<string, DataRule>;

/** What an event of a number is, in terms of ECS. */
export interface EventAction {
  readonly action: string;
  readonly category: string;
  readonly type: string;
}

/** Whether a value of the data says something: Windows writes a dash for nothing. */
export function isSaid(value: string): boolean {
  return value !== '' && value !== '-';
}

export function toField(name: string): DataRule {
  return (fields, value) => {
    if (isSaid(value)) fields.set(name, value);
  };
}

/** A port; zero is none. */
export function toPort(name: string): DataRule {
  return (fields, value) => {
    if (isSaid(value) && value !== '0') fields.set(name, numberOr(value));
  };
}

/** An address; IPv4 in its own form even where it is written as IPv6. */
export function toAddress(name: string): DataRule {
  return (fields, value) => {
    if (!isSaid(value) || value === 'LOCAL') return;
    fields.set(name, value.startsWith('::ffff:') && value.includes('.') ? value.slice(7) : value);
  };
}

/** A number in decimal or behind `0x`. */
export function toNumber(name: string): DataRule {
  return (fields, value) => {
    if (!isSaid(value)) return;
    fields.set(name, hexNumber.test(value) ? Number.parseInt(value, 16) : numberOr(value));
  };
}

const hexNumber = /^0x[0-9A-Fa-f]{1,12}$/;

/** The executable of a process and its name. */
export function toExecutable(prefix: string): DataRule {
  const path = `${prefix}.executable`;
  const name = `${prefix}.name`;
  return (fields, value) => {
    if (!isSaid(value)) return;
    fields.set(path, value);
    fields.set(name, value.slice(value.lastIndexOf('\\') + 1));
  };
}
