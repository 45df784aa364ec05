import { type HeapProfiler, Session } from 'node:inspector/promises';
import { cpuUsage } from 'node:process';
import { type CompiledExpression, compile, type Scopes, standardRegistry } from '../src/stellar/index.ts';
import { mixedMessages, proxyMessages, sixteen, sixty } from './stellar-expressions.ts';

/**
 * Stellar: evaluations per CPU second of sixteen expressions as rules and enrichments have them, each alone and all in turn,
 * over messages of one sensor; of sixty in turn over messages of eight sensors; expressions compiled per CPU second; and
 * bytes that a predicate without texts allocates for each event, with its heap profile. Messages were parsed from JSON, each anew.
 */

const messageCount = 256;

/** Runs `work` for about `milliseconds` of CPU and gives units done per CPU second. */
function perCpuSecond(milliseconds: number, work: () => number): number {
  let units = 0;
  const start = cpuUsage();
  for (;;) {
    units += work();
    const { user, system } = cpuUsage(start);
    const used = (user + system) / 1000;
    if (used >= milliseconds) return (units / used) * 1000;
  }
}

const capabilities = { timeZone: 'UTC' };
const compileAll = (sources: readonly string[]): CompiledExpression[] =>
  sources.map((source) => compile(source, standardRegistry));
const scopesOf = (messages: readonly Record<string, unknown>[]): Scopes[] =>
  messages.map((message) => [message]);

let sink = 0;

/** Every expression over one message, then over the next: as a sensor's rules run. */
function inTurn(compiled: readonly CompiledExpression[], scopes: readonly Scopes[]): () => number {
  return () => {
    for (const scope of scopes) {
      for (const { evaluate } of compiled) if (evaluate(scope, capabilities) === null) sink += 1;
    }
    return scopes.length * compiled.length;
  };
}

/** Evaluates a predicate so many times over mixed messages; was run twice, so that it is optimised. */
function manyTimes(source: string, evaluations: number): { once: () => void; count: number } {
  const { evaluate } = compile(source, standardRegistry);
  const scopes = scopesOf(mixedMessages(messageCount));
  const rounds = Math.ceil(evaluations / messageCount);
  const once = (): void => {
    for (let round = 0; round < rounds; round += 1)
      for (const scope of scopes) if (evaluate(scope, capabilities) === true) sink += 1;
  };
  once();
  once();
  return { once, count: rounds * messageCount };
}

/**
 * The heap profile of evaluations: bytes that each function allocated (V8's sampling, one sample in 512 bytes on average, what was collected
 * meanwhile included), the most first.
 */
export async function heapProfile(source: string, evaluations = 2_000_000): Promise<Map<string, number>> {
  const { once } = manyTimes(source, evaluations);
  const session = new Session();
  session.connect();
  await session.post('HeapProfiler.startSampling', {
    samplingInterval: 512,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  });
  once();
  const { profile } = await session.post('HeapProfiler.stopSampling');
  session.disconnect();
  const bytes = new Map<string, number>();
  const visit = ({ callFrame, selfSize, children }: HeapProfiler.SamplingHeapProfileNode): void => {
    const { functionName, url } = callFrame;
    // What a compiled expression is has no file.
    const name = `${functionName || '(anonymous)'} ${url === '' ? '(generated or native)' : url.replace(/^.*\/(?=src\/|bench\/)/, '')}`;
    if (selfSize > 0) bytes.set(name, (bytes.get(name) ?? 0) + selfSize);
    for (const child of children) visit(child);
  };
  visit(profile.head);
  return new Map([...bytes].sort(([, a], [, b]) => b - a));
}

/** Bytes of heap that one evaluation leaves, with nothing collected between. */
export function bytesPerEvaluation(source: string, evaluations = 2_000_000): number {
  const { once, count } = manyTimes(source, evaluations);
  // A collection in between makes less of it, so the most of a few counts.
  let most = 0;
  for (let i = 0; i < 3; i += 1) {
    const before = process.memoryUsage().heapUsed;
    once();
    most = Math.max(most, process.memoryUsage().heapUsed - before);
  }
  return most / count;
}

/** What a rule asks of an event without making texts. */
export const predicate =
  "(bytes_in + bytes_out > 100000 or ip_dst_port in [22, 23, 3389]) and source.type != 'dns' and not(exists(geo)) and score >= 10";

/** The name under which a profile has what expressions compile to. */
export const compiledCode = '(anonymous) (generated or native)';

export async function run(milliseconds = 400): Promise<Record<string, number>> {
  const results: Record<string, number> = {};
  const scopes = scopesOf(proxyMessages(messageCount));
  const compiled = compileAll(sixteen);
  for (const expression of compiled) {
    const { evaluate } = expression;
    const once = () => {
      for (let round = 0; round < 16; round += 1) {
        for (const scope of scopes) if (evaluate(scope, capabilities) === null) sink += 1;
      }
      return scopes.length * 16;
    };
    perCpuSecond(milliseconds / 4, once);
    results[expression.source] = Math.round(perCpuSecond(milliseconds, once));
  }
  const sixteenInTurn = inTurn(compiled, scopes);
  for (let pass = 0; pass < 300; pass += 1) sixteenInTurn();
  results['the sixteen in turn'] = Math.round(perCpuSecond(milliseconds * 2, sixteenInTurn));
  const sixtyInTurn = inTurn(compileAll(sixty), scopesOf(mixedMessages(messageCount)));
  // Sixty functions are optimised one by one, by threads whose time counts as well.
  for (let pass = 0; pass < 300; pass += 1) sixtyInTurn();
  results['sixty in turn over messages of eight sensors'] = Math.round(
    perCpuSecond(milliseconds * 2, sixtyInTurn),
  );
  let serial = 0;
  const compileOnce = () => {
    serial += 1;
    for (const source of sixty) compile(`${source} // ${serial}`, standardRegistry);
    return sixty.length;
  };
  for (let pass = 0; pass < 50; pass += 1) compileOnce();
  results['compiled'] = Math.round(perCpuSecond(milliseconds, compileOnce));
  results['bytes allocated by a predicate without texts'] = Number(bytesPerEvaluation(predicate).toFixed(3));
  const profile = await heapProfile(predicate);
  results['  in its heap profile, over two million: the compiled code'] = profile.get(compiledCode) ?? 0;
  const all = [...profile.values()].reduce((sum, bytes) => sum + bytes, 0);
  results['  all functions, the loop and the profiler included'] = all;
  if (sink < 0) throw new Error('unreachable: keeps the results in use');
  return results;
}

if (import.meta.main) {
  for (const [name, rate] of Object.entries(await run())) {
    process.stdout.write(`${String(Math.round(rate / 1000)).padStart(8)} thousand/s  ${name}\n`);
  }
}
