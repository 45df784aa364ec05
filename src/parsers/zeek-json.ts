/**
 * Zeek records that came as JSON, made into messages. How the members of a record are named is worked out once for each set of
 * members and kept as generated code; a record that does not fit it is copied member by member.
 */
import { flattenInto, setField } from './fields.ts';
import type { MapKind } from './json.ts';
import { KeyTree } from './key-shapes.ts';
import { compileMover } from './object-shapes.ts';
import type { Message } from './parser.ts';
import { moveFirst, type NamePlan, planNames } from './zeek-names.ts';
import { setTime } from './zeek-time.ts';

/** How records with the same members in the same order become messages. */
export interface Shape {
  readonly keys: readonly string[];
  readonly plan: NamePlan;
  readonly guess: string;
  readonly move: (source: Message) => Message;
  /** Set by who needs it. */
  render: ((record: Message) => string) | undefined;
  renderText: ((record: Message, text: string, from: number) => string | undefined) | undefined;
}

/** Names that the parser sets itself. */
const ownAlways: ReadonlySet<string> = new Set(['protocol', 'original_string', '_path']);
const ownWithTime: ReadonlySet<string> = new Set([...ownAlways, 'timestamp', 'bro_timestamp', 'ts']);

/** Logs without a `_path`, told by members that only they have. */
const characteristic: readonly (readonly [string, readonly string[]])[] = [
  ['conn', ['conn_state']],
  ['dns', ['trans_id', 'qtype']],
  ['dns', ['trans_id', 'query']],
  ['sip', ['call_id', 'request_path']],
  ['http', ['trans_depth', 'request_body_len']],
  ['ssl', ['established', 'resumed']],
  ['files', ['fuid', 'seen_bytes']],
  ['x509', ['certificate.serial']],
  ['ssh', ['kex_alg', 'host_key']],
  ['smtp', ['helo', 'last_reply']],
  ['notice', ['note', 'actions']],
  ['weird', ['name', 'notice', 'peer']],
  ['software', ['software_type', 'unparsed_version']],
];

function guessLog(keys: readonly string[]): string {
  const present = new Set(keys);
  return characteristic.find(([, names]) => names.every((name) => present.has(name)))?.[0] ?? 'unknown';
}

export class ZeekJsonReader {
  readonly #shapes = new KeyTree<Shape>(makeShape);

  /**
   * The message of a flat record. `shape` is what `shapeOf` said. `log` names the log; undefined: it is guessed from the members.
   * Objects are flattened with dots when `flatten`, else kept. Null members are left out. Throws `ParseError` when `ts` is no time.
   */
  read(
    record: Message,
    shape: Shape | undefined,
    log: string | undefined,
    original: string,
    flatten: boolean,
  ): Message {
    if (shape === undefined) return this.#readSlowly(record, log, original, flatten);
    const message = shape.move(record);
    for (const { from, to } of shape.plan.lists) {
      if (!moveFirst(message, to, record[from])) message[from] = record[from];
    }
    return finish(message, record, log ?? shape.guess, original);
  }

  /** The shape whose members are those of the record, in the same order; undefined when the record must be copied instead. */
  shapeOf(record: Message, kind: MapKind): Shape | undefined {
    return kind === 'plain' ? this.shapeOfKeys(Object.keys(record)) : undefined;
  }

  /** The shape of members in this order; undefined when there is no room for one more. */
  shapeOfKeys(keys: readonly string[]): Shape | undefined {
    return this.#shapes.get(keys, keys.length);
  }

  #readSlowly(record: Message, log: string | undefined, original: string, flatten: boolean): Message {
    const flat: Message = {};
    if (flatten) flattenInto(flat, '', record);
    else for (const key in record) setField(flat, key, record[key]);
    const keys = Object.keys(flat);
    const own = keys.includes('ts') ? ownWithTime : ownAlways;
    const plan = planNames(keys);
    const targets = new Set(plan.moved.values());
    const message: Message = {};
    for (const key of keys) {
      const value = flat[key];
      const to = plan.moved.get(key);
      if (value === null || own.has(key) || (to === undefined && targets.has(key))) continue;
      setField(message, to ?? key, value);
    }
    for (const { from, to } of plan.lists) if (moveFirst(message, to, flat[from])) delete message[from];
    return finish(message, flat, log ?? guessLog(keys), original);
  }
}

function makeShape(keys: readonly string[]): Shape {
  const plan = planNames(keys);
  const targets = new Set(plan.moved.values());
  const lists = new Set(plan.lists.map((list) => list.from));
  const own = keys.includes('ts') ? ownWithTime : ownAlways;
  const moves: { from: string; to: string }[] = [];
  for (const key of keys) {
    const to = plan.moved.get(key);
    if (own.has(key) || lists.has(key) || (to === undefined && targets.has(key))) continue;
    moves.push({ from: key, to: to ?? key });
  }
  const extra = keys.includes('ts') ? ['protocol', 'timestamp', 'bro_timestamp'] : ['protocol'];
  return {
    keys,
    plan,
    guess: guessLog(keys),
    move: compileMover(moves, [...extra, 'original_string']),
    render: undefined,
    renderText: undefined,
  };
}

function finish(message: Message, record: Message, log: string, original: string): Message {
  message['protocol'] = log;
  if (record['ts'] !== undefined && record['ts'] !== null) setTime(message, record['ts']);
  message['original_string'] = original;
  return message;
}
