/**
 * A stage: every adapter and Stellar group of a sensor's block, run over a batch of messages. Answers of adapters are cached
 * by value and merged in the order of the configuration, so that the result is defined (Metron left it to a hash map).
 */
import type { StellarBlock } from '../config/index.ts';
import { SkoposError } from '../errors.ts';
import type { Capabilities, Scopes } from '../stellar/index.ts';
import type {
  EnrichmentAdapter,
  EnrichmentServices,
  Fragment,
  OpenAdapter,
  StageBlock,
  StageName,
} from './adapter.ts';
import { emptyFragment } from './adapter.ts';
import { LookupCache, ownText } from './lookup-cache.ts';
import { builtInAdapters } from './registry.ts';
import { nothing, SharedFragment } from './shared-fragment.ts';
import {
  type Compile,
  compileStellarGroups,
  inputFields,
  runGroup,
  type StellarGroup,
} from './stellar-block.ts';

type Message = Record<string, unknown>;

/** A task that failed on one message; the message goes on without its output. */
export interface TaskError {
  /** Index of the message in the batch. */
  readonly index: number;
  readonly adapter: string;
  readonly error: Error;
  /** What the task was given. */
  readonly input: Message;
}

export interface StageOptions {
  readonly stage: StageName;
  readonly block: StageBlock;
  /** Scopes of Stellar statements behind the message: the enrichment block's `config`, then the sensor's `configuration`. */
  readonly scopes: Scopes;
  readonly compile: Compile;
  readonly capabilities: Capabilities;
  readonly services: EnrichmentServices;
  readonly adapters?: readonly EnrichmentAdapter[];
  /** Entries of each look-up cache (at least; at most twice as many). */
  readonly cacheSize?: number;
  /** Adds Metron's timing fields (`adapter.*.ts`, `parallelenricher.*.ts`): this clock gives their values. */
  readonly timing?: { now(): number };
}

type Report = (error: TaskError) => void;

/** What look-ups said of each message of a batch, kept beside the messages: by index of the message. */
export type Asides = SharedFragment[][];

interface Task {
  readonly timingNames: readonly string[];
  /** Value or promise; failures are reported. Null: the message has no input for it. */
  run(
    index: number,
    message: Message,
    aside: readonly SharedFragment[],
    report: Report,
  ): Fragment | Promise<Fragment> | null;
  refresh(): void;
}

const none: readonly SharedFragment[] = [];

export interface Stage {
  /**
   * Enriches the messages in place. Returns a promise only when something had to be waited for. Failing tasks are reported;
   * nothing is thrown.
   *
   * With `asides`, what look-ups say is kept there, as shared fragments, instead of being written into each message: an encoder
   * writes a fragment's text many times and makes it once. Then messages and asides together are the event.
   */
  run(messages: readonly Message[], report: Report, asides?: Asides): void | Promise<void>;
  /** Whether the block asks for anything. */
  readonly empty: boolean;
  /** Whether no Stellar statement writes under the names of look-ups: only then may their output stand aside. */
  readonly mayStandAside: boolean;
}

export function createStage(options: StageOptions): Stage {
  const { tasks, targets } = compileTasks(options);
  const timing = options.timing === undefined ? null : timingFields(options.block, tasks, options.timing);
  const results: (Fragment | null)[] = [];

  function run(messages: readonly Message[], report: Report, asides?: Asides): void | Promise<void> {
    for (const task of tasks) task.refresh();
    let waiting: Promise<void>[] | null = null;
    for (let index = 0; index < messages.length; index++) {
      const message = messages[index]!;
      const aside = asides?.[index];
      let later: (Fragment | null | Promise<Fragment | null>)[] | null = null;
      results.length = 0;
      for (const task of tasks) {
        const result = task.run(index, message, aside ?? none, report);
        if (later !== null) later.push(result);
        else if (result instanceof Promise) later = [...results, result];
        else results.push(result);
      }
      if (later === null) merge(message, results, timing, aside);
      else (waiting ??= []).push(Promise.all(later).then((all) => merge(message, all, timing, aside)));
    }
    return waiting === null ? undefined : Promise.all(waiting).then(() => undefined);
  }

  return {
    run: tasks.length === 0 && timing === null ? () => undefined : run,
    empty: tasks.length === 0,
    mayStandAside: !targets.some((target) => /^(enrichments|threatintels)/.test(target)),
  };
}

function merge(
  message: Message,
  results: readonly (Fragment | null)[],
  timing: TimingFields | null,
  aside: SharedFragment[] | undefined,
): void {
  let ran = false;
  for (const result of results) {
    if (result === null) continue;
    ran = true;
    const { keys, values } = result;
    if (keys.length === 0) continue;
    if (aside !== undefined && result instanceof SharedFragment) aside.push(result);
    else for (let at = 0; at < keys.length; at++) message[keys[at]!] = values[at];
  }
  if (ran) clean(message, aside);
  timing?.add(message);
}

/**
 * Metron's join drops nulls and empty texts, of the message's own fields too, once any task had something to do. A message that
 * brings fields under the names of look-ups (it was enriched before) takes the new ones in, so that no name stands twice.
 */
function clean(message: Message, aside: SharedFragment[] | undefined): void {
  let collides = false;
  for (const key in message) {
    const value = message[key];
    if (value === null || value === '') delete message[key];
    else if (aside !== undefined && !collides) {
      const first = key.charCodeAt(0);
      collides =
        (first === 101 && key.startsWith('enrichments.')) ||
        (first === 116 && key.startsWith('threatintels.'));
    }
  }
  if (!collides || aside === undefined) return;
  for (const { keys, values } of aside)
    for (let at = 0; at < keys.length; at++) message[keys[at]!] = values[at];
  aside.length = 0;
}

interface Failure {
  readonly adapter: string;
  readonly error: Error;
}

/** What one look-up of a value came to. */
interface Found {
  readonly fragment: SharedFragment;
  readonly failures: readonly Failure[];
}

interface Source {
  readonly adapter: EnrichmentAdapter;
  readonly open: OpenAdapter;
  /** Of the names of what it finds: `enrichments.geo.ip_src_addr.`. */
  readonly prefix: string;
}

function compileTasks(options: StageOptions): { readonly tasks: Task[]; readonly targets: string[] } {
  const adapters = options.adapters ?? builtInAdapters;
  const area = options.stage === 'enrichment' ? 'enrichments' : 'threatintels';
  const tasks: Task[] = [];
  const targets: string[] = [];
  /** Adapters by the field that they look at: one look-up in one cache answers for all of them. */
  const byField = new Map<string, Source[]>();
  for (const [name, entry] of Object.entries(options.block.fieldMap)) {
    const stellarConfig = name === 'stellar' || isStellarTyped(entry) ? configOf(entry) : undefined;
    if (stellarConfig !== undefined) {
      for (const group of compileStellarGroups(stellarConfig as StellarBlock, options.compile)) {
        tasks.push(stellarTask(group, options));
        for (const { target } of group.statements) if (target !== null) targets.push(target);
      }
      continue;
    }
    const adapter = adapters.find((one) => one.name === name && one.stages.includes(options.stage));
    if (adapter === undefined) {
      const names = adapters.filter((one) => one.stages.includes(options.stage)).map((one) => one.name);
      throw new SkoposError(
        'SKP_ENRICHMENT_ADAPTER',
        `Unable to find an adapter for ${name}, possible adapters are: ${[...names, 'stellar'].join(', ')}`,
      );
    }
    const open = adapter.open(options.block, options.services);
    for (const field of fieldsOf(entry)) {
      const source = { adapter, open, prefix: `${area}.${adapter.name}.${field}.` };
      const sources = byField.get(field);
      if (sources !== undefined) {
        sources.push(source);
        continue;
      }
      const first = [source];
      byField.set(field, first);
      tasks.push(lookUpTask(first, options.stage, field, options.cacheSize ?? 100_000));
    }
  }
  return { tasks, targets };
}

function lookUpTask(sources: readonly Source[], stage: StageName, field: string, cacheSize: number): Task {
  const cache = new LookupCache<SharedFragment>(cacheSize);
  const task = {};
  /** Values that are being looked up: who asks meanwhile waits for the same answer. */
  const underWay = new Map<string, Promise<Found>>();
  const versions = (): number => sources.reduce((sum, { open }) => sum + open.version(), 0);
  let version = -1;

  function lookUp(
    index: number,
    message: Message,
    value: string,
    report: Report,
  ): SharedFragment | Promise<SharedFragment> {
    const under = underWay.size === 0 ? undefined : underWay.get(value);
    if (under !== undefined) return under.then((found) => told(found, index, message, report));
    const parts: (Fragment | Promise<Fragment>)[] = [];
    let failures: Failure[] | null = null;
    let later = false;
    for (const { adapter, open, prefix } of sources) {
      let part: Fragment | Promise<Fragment>;
      try {
        part = open.lookUp(field, value);
        if (part instanceof Promise) later = true;
        else part = prefixed(prefix, part);
      } catch (error) {
        part = emptyFragment;
        (failures ??= []).push({ adapter: adapter.name, error: error as Error });
      }
      parts.push(part);
    }
    if (!later) {
      const fragment = join(parts as Fragment[], stage === 'threatIntel', field, value);
      // What failed may not fail the next time.
      if (failures === null) cache.set(value, fragment);
      else told({ fragment, failures }, index, message, report);
      return fragment;
    }
    const finding = wait(parts, value, failures ?? []);
    underWay.set(value, finding);
    return finding.then((found) => told(found, index, message, report));
  }

  async function wait(
    parts: readonly (Fragment | Promise<Fragment>)[],
    value: string,
    failures: Failure[],
  ): Promise<Found> {
    const whole = parts.map((part, at) => {
      if (!(part instanceof Promise)) return part;
      const { adapter, prefix } = sources[at]!;
      return part
        .then((one) => prefixed(prefix, one))
        .catch((error: unknown) => {
          failures.push({ adapter: adapter.name, error: error as Error });
          return emptyFragment;
        });
    });
    const all = await Promise.all(whole);
    underWay.delete(value);
    const fragment = join(all, stage === 'threatIntel', field, value);
    if (failures.length === 0) cache.set(value, fragment);
    return { fragment, failures };
  }

  function told(found: Found, index: number, message: Message, report: Report): SharedFragment {
    for (const { adapter, error } of found.failures)
      report({ index, adapter, error, input: { [field]: message[field] } });
    return found.fragment;
  }

  /** By way of what an earlier stage found for the value, which knows what was found here the last time. */
  function follow(
    leader: SharedFragment,
    index: number,
    message: Message,
    value: string,
    report: Report,
  ): SharedFragment | Promise<SharedFragment> {
    const { follower } = leader;
    if (follower !== null && follower.task === task && follower.version === version) return follower.found;
    const found = cache.get(value);
    if (found === undefined) return lookUp(index, message, value, report);
    leader.follower = { task, version, found };
    return found;
  }

  return {
    timingNames: sources.map(({ adapter }) => adapter.timingName),
    run(index, message, aside, report) {
      const raw = message[field] ?? besides(aside, field);
      if (raw === null || raw === undefined) return null;
      let value: string;
      try {
        value = typeof raw === 'string' ? raw : String(raw);
      } catch (error) {
        // An object whose members keep it from having a text: nobody can look it up.
        const input = { [field]: raw };
        for (const { adapter } of sources)
          report({ index, adapter: adapter.name, error: error as Error, input });
        return nothing;
      }
      for (const leader of aside) {
        if (leader.field === field && leader.value === value)
          return follow(leader, index, message, value, report);
      }
      return cache.get(value) ?? lookUp(index, message, value, report);
    },
    refresh() {
      const now = versions();
      if (now === version) return;
      version = now;
      cache.clear();
    },
  };
}

/** A field that an earlier stage's look-up gave. */
function besides(aside: readonly SharedFragment[], field: string): unknown {
  for (const fragment of aside) {
    const value = fragment.scope[field];
    if (value !== undefined) return value;
  }
  return undefined;
}

function join(parts: readonly Fragment[], intel: boolean, field: string, value: string): SharedFragment {
  const keys = parts.flatMap((part) => part.keys);
  if (keys.length === 0) return nothing;
  const values = parts.flatMap((part) => part.values);
  return new SharedFragment(
    keys,
    values,
    intel && keys.some((key) => !key.endsWith('.ts')),
    field,
    ownText(value),
  );
}

/** Full names, and without the nulls and empty texts that the join would drop again. */
function prefixed(prefix: string, { keys, values }: Fragment): Fragment {
  const outKeys: string[] = [];
  const outValues: unknown[] = [];
  for (let at = 0; at < keys.length; at++) {
    const value = values[at];
    if (value === null || value === undefined || value === '') continue;
    outKeys.push(prefix + keys[at]!);
    outValues.push(value);
  }
  return outKeys.length === 0 ? emptyFragment : { keys: outKeys, values: outValues };
}

function stellarTask(group: StellarGroup, options: StageOptions): Task {
  const inputs = inputFields(group);
  const { scopes, capabilities } = options;
  const fail = (index: number, message: Message, error: unknown, report: Report): Fragment => {
    const present = inputs
      .filter((name) => Object.hasOwn(message, name))
      .map((name) => [name, message[name]]);
    report({ index, adapter: 'stellar', error: error as Error, input: Object.fromEntries(present) });
    return emptyFragment;
  };
  return {
    timingNames: ['stellaradapter'],
    run(index, message, aside, report) {
      try {
        const outer = aside.length === 0 ? scopes : [...aside.map((one) => one.scope), ...scopes];
        const result = runGroup(group, message, outer, capabilities);
        return result instanceof Promise
          ? result.catch((error: unknown) => fail(index, message, error, report))
          : result;
      } catch (error) {
        return fail(index, message, error, report);
      }
    },
    refresh: () => undefined,
  };
}

function isStellarTyped(entry: unknown): boolean {
  return (
    typeof entry === 'object' &&
    entry !== null &&
    String((entry as Message)['type']).toUpperCase() === 'STELLAR'
  );
}

function configOf(entry: unknown): unknown {
  return Array.isArray(entry) ? entry : (entry as Message)['config'];
}

/** Fields of a look-up adapter: a plain list, or `{"type": "LIST", "config": [...]}`. */
function fieldsOf(entry: unknown): readonly string[] {
  const list = configOf(entry);
  return Array.isArray(list) ? list.map(String) : [];
}

interface TimingFields {
  add(message: Message): void;
}

function timingFields(block: StageBlock, tasks: readonly Task[], clock: { now(): number }): TimingFields {
  const configured = new Set(tasks.flatMap((task) => task.timingNames));
  for (const name of Object.keys(block.fieldMap)) if (name === 'stellar') configured.add('stellaradapter');
  const names = [
    'parallelenricher.splitter',
    'parallelenricher.enrich',
    ...[...configured].map((name) => `adapter.${name}`),
  ];
  const keys = names.flatMap((name) => [`${name}.begin.ts`, `${name}.end.ts`]);
  return {
    add(message) {
      const now = String(clock.now());
      for (const key of keys) message[key] = now;
    },
  };
}
