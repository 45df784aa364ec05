/**
 * Windows events of a kind that came before: a provider writes all events of one number with the same elements. While one is read step by step,
 * it is noted which parts of its text were taken as values and what was made of each; of that a regular expression is made whose captures are
 * these values. All else has to stand there letter by letter. Events are told by their text up to the event's number.
 */
import { detached } from '../fields.ts';

/** What is made of a value: a step of event-xml.ts with its own data. */
export interface NotedValue<Step> {
  readonly step: Step;
  /** Number of the capture; zero when the value is part of what tells the kind. */
  readonly capture: number;
  readonly value: string;
}

export interface EventKind<Step> {
  readonly pattern: RegExp;
  readonly values: readonly NotedValue<Step>[];
}

const headTail = '</EventID>';
const longestHead = 640;
const mostKinds = 4;
const mostHeads = 256;
/** After so many events that found no room, what was learned is forgotten. */
const patience = 50_000;
const longestEvent = 16_384;
const mostValues = 128;

interface Noted<Step> {
  readonly step: Step;
  readonly from: number;
  readonly to: number;
  /** Characters that end it. */
  readonly stops: string;
  /** The value itself, where it is the same in all events of the kind. */
  readonly constant: string | undefined;
}

export class EventKinds<Step> {
  readonly #heads = new Map<string, EventKind<Step>[]>();
  #notes: Noted<Step>[] = [];
  #noting = false;
  #refused = 0;
  /** Of the event last found. */
  captures: RegExpExecArray | undefined;
  /** Index behind it. */
  end = 0;

  /** The kind of the event that begins at an index; undefined when it is not known, and is to be read step by step. */
  find(text: string, from: number): EventKind<Step> | undefined {
    const headEnd = headEndOf(text, from);
    const kinds = headEnd < 0 ? undefined : this.#heads.get(text.slice(from, headEnd));
    if (kinds !== undefined) {
      for (let i = 0; i < kinds.length; i++) {
        const kind = kinds[i]!;
        const { pattern } = kind;
        pattern.lastIndex = headEnd;
        const captures = pattern.exec(text);
        if (captures === null) continue;
        if (i > 0) {
          kinds.splice(i, 1);
          kinds.unshift(kind);
        }
        this.captures = captures;
        this.end = pattern.lastIndex;
        return kind;
      }
    }
    this.#notes = [];
    this.#noting = headEnd >= 0 && (kinds === undefined || kinds.length < mostKinds);
    if (!this.#noting || (kinds === undefined && this.#heads.size >= mostHeads)) {
      this.#noting = false;
      if (++this.#refused >= patience) {
        this.#refused = 0;
        this.#heads.clear();
      }
    }
    return undefined;
  }

  /** The value text[from, to) was taken for `step`; it ends at one of `stops`. */
  note(step: Step, from: number, to: number, stops: string): void {
    if (!this.#noting) return;
    this.#notes.push({ step, from, to, stops, constant: undefined });
    if (this.#notes.length > mostValues) this.#noting = false;
  }

  /** A value of the event that is the same in all of its kind was taken for `step`. */
  noteConstant(step: Step, value: string): void {
    if (this.#noting) this.#notes.push({ step, from: 0, to: 0, stops: '', constant: value });
  }

  /** The event holds what cannot be told by notes. */
  giveUp(): void {
    this.#noting = false;
  }

  /** The event text[from, to) was read: its kind is learned if all of it was noted. */
  learn(text: string, from: number, to: number): void {
    if (!this.#noting || to - from > longestEvent) return;
    const headEnd = headEndOf(text, from);
    let source = '';
    let at = headEnd;
    let captures = 0;
    const values: NotedValue<Step>[] = [];
    for (const note of this.#notes) {
      if (note.constant !== undefined) {
        values.push({ step: note.step, capture: 0, value: note.constant });
        continue;
      }
      if (note.to <= headEnd) {
        values.push({ step: note.step, capture: 0, value: text.slice(note.from, note.to) });
        continue;
      }
      if (note.from < at) return;
      source += `${literal(text.slice(at, note.from))}([^${note.stops}]*)`;
      values.push({ step: note.step, capture: ++captures, value: '' });
      at = note.to;
    }
    if (text.slice(from, headEnd).includes('&')) return;
    const kind = { pattern: new RegExp(source + literal(text.slice(at, to)), 'y'), values };
    const head = text.slice(from, headEnd);
    const kinds = this.#heads.get(head);
    if (kinds === undefined) this.#heads.set(detached(head), [kind]);
    else kinds.unshift(kind);
  }
}

/** Where the event's number ends; minus one when there is none near its beginning. */
function headEndOf(text: string, from: number): number {
  // Not the whole text: one of many events may have no number at all.
  const end = text.slice(from, from + longestHead).indexOf(headTail);
  return end < 0 ? -1 : from + end;
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
