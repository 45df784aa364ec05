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
import { LookupCache } from './lookup-cache.ts';
import { builtInAdapters } from './registry.ts';
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

interface Task {
  readonly adapter: string;
  readonly timingName: string;
  /** Value or promise; raises what the adapter raises. Null: the message has no input for it. */
  run(message: Message): Fragment | Promise<Fragment> | null;
  input(message: Message): Message;
  refresh(): void;
}

export interface Stage {
  /**
   * Enriches the messages in place. Returns a promise only when something had to be waited for. Failing tasks are reported;
   * nothing is thrown.
   */
  run(messages: readonly Message[], report: (error: TaskError) => void): void | Promise<void>;
  /** Whether the block asks for anything. */
  readonly empty: boolean;
}

export function createStage(options: StageOptions): Stage {
  const tasks = compileTasks(options);
  const timing = options.timing === undefined ? null : timingFields(options.block, tasks, options.timing);
  const results: (Fragment | null)[] = [];

  function run(messages: readonly Message[], report: (error: TaskError) => void): void | Promise<void> {
    for (const task of tasks) task.refresh();
    let waiting: Promise<void>[] | null = null;
    for (let index = 0; index < messages.length; index++) {
      const message = messages[index]!;
      let later: (Fragment | null | Promise<Fragment | null>)[] | null = null;
      results.length = 0;
      for (const task of tasks) {
        let result: Fragment | Promise<Fragment> | null;
        try {
          result = task.run(message);
        } catch (error) {
          report({ index, adapter: task.adapter, error: error as Error, input: task.input(message) });
          result = emptyFragment;
        }
        if (result instanceof Promise) {
          later ??= [...results];
          later.push(
            result.catch((error: unknown) => {
              report({ index, adapter: task.adapter, error: error as Error, input: task.input(message) });
              return emptyFragment;
            }),
          );
        } else if (later === null) results.push(result);
        else later.push(result);
      }
      if (later === null) merge(message, results, timing);
      else {
        waiting ??= [];
        waiting.push(Promise.all(later).then((all) => merge(message, all, timing)));
      }
    }
    return waiting === null ? undefined : Promise.all(waiting).then(() => undefined);
  }

  return { run: tasks.length === 0 && timing === null ? () => undefined : run, empty: tasks.length === 0 };
}

function merge(message: Message, results: readonly (Fragment | null)[], timing: TimingFields | null): void {
  let ran = false;
  for (const result of results) {
    if (result === null) continue;
    ran = true;
    const { keys, values } = result;
    for (let at = 0; at < keys.length; at++) message[keys[at]!] = values[at];
  }
  // Metron's join drops nulls and empty texts, of the message's own fields too, once any task had something to do.
  if (ran) {
    for (const key in message) {
      const value = message[key];
      if (value === null || value === '') delete message[key];
    }
  }
  timing?.add(message);
}

function compileTasks(options: StageOptions): Task[] {
  const adapters = options.adapters ?? builtInAdapters;
  const tasks: Task[] = [];
  for (const [name, entry] of Object.entries(options.block.fieldMap)) {
    const stellarConfig = name === 'stellar' || isStellarTyped(entry) ? configOf(entry) : undefined;
    if (stellarConfig !== undefined) {
      for (const group of compileStellarGroups(stellarConfig as StellarBlock, options.compile))
        tasks.push(stellarTask(group, options));
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
    const prefix = `${options.stage === 'enrichment' ? 'enrichments' : 'threatintels'}.${name}`;
    for (const field of fieldsOf(entry))
      tasks.push(lookUpTask(adapter, open, prefix, field, options.cacheSize ?? 100_000));
  }
  return tasks;
}

function lookUpTask(
  adapter: EnrichmentAdapter,
  open: OpenAdapter,
  adapterPrefix: string,
  field: string,
  cacheSize: number,
): Task {
  const prefix = `${adapterPrefix}.${field}.`;
  const cache = new LookupCache<Fragment>(cacheSize);
  let version = open.version();
  const keep = (value: string, found: Fragment): Fragment => {
    const fragment = prefixed(prefix, found);
    cache.set(value, fragment);
    return fragment;
  };
  return {
    adapter: adapter.name,
    timingName: adapter.timingName,
    run(message) {
      const raw = message[field];
      if (raw === null || raw === undefined) return null;
      const value = typeof raw === 'string' ? raw : String(raw);
      const cached = cache.get(value);
      if (cached !== undefined) return cached;
      const found = open.lookUp(field, value);
      return found instanceof Promise ? found.then((one) => keep(value, one)) : keep(value, found);
    },
    input: (message) => ({ [field]: message[field] }),
    refresh() {
      const now = open.version();
      if (now === version) return;
      version = now;
      cache.clear();
    },
  };
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
  return {
    adapter: 'stellar',
    timingName: 'stellaradapter',
    run: (message) => runGroup(group, message, options.scopes, options.capabilities),
    input: (message) =>
      Object.fromEntries(
        inputs.filter((name) => Object.hasOwn(message, name)).map((name) => [name, message[name]]),
      ),
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
  const configured = new Set(tasks.map((task) => task.timingName));
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
