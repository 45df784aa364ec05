import { cpuUsage } from 'node:process';
import { type CompiledExpression, compile, type Scopes, standardRegistry } from '../src/stellar/index.ts';
import { mixedMessages, proxyMessages, sixteen, sixty } from './stellar-expressions.ts';

/**
 * Stellar: evaluations per CPU second of sixteen expressions as rules and enrichments have them, each alone and all in turn,
 * over messages of one sensor; of sixty in turn over messages of eight sensors; expressions compiled per CPU second; and
 * bytes that a predicate without texts allocates for each event. Messages were parsed from JSON, each anew.
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

/** Bytes of heap that one evaluation leaves, with nothing collected between. */
export function bytesPerEvaluation(source: string, evaluations = 2_000_000): number {
  const { evaluate } = compile(source, standardRegistry);
  const scopes = scopesOf(mixedMessages(messageCount));
  const rounds = Math.ceil(evaluations / messageCount);
  const once = (): void => {
    for (let round = 0; round < rounds; round += 1)
      for (const scope of scopes) if (evaluate(scope, capabilities) === true) sink += 1;
  };
  // Twice to have it optimised; then measured. A collection in between makes less of it, so the most of a few counts.
  once();
  once();
  let most = 0;
  for (let i = 0; i < 3; i += 1) {
    const before = process.memoryUsage().heapUsed;
    once();
    most = Math.max(most, process.memoryUsage().heapUsed - before);
  }
  return most / (rounds * messageCount);
}

/** What a rule asks of an event without making texts. */
export const predicate =
  "(bytes_in + bytes_out > 100000 or ip_dst_port in [22, 23, 3389]) and source.type != 'dns' and not(exists(geo)) and score >= 10";

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
  if (sink < 0) throw new Error('unreachable: keeps the results in use');
  return results;
}

if (import.meta.main) {
  for (const [name, rate] of Object.entries(await run())) {
    process.stdout.write(`${String(Math.round(rate / 1000)).padStart(8)} thousand/s  ${name}\n`);
  }
}
