/** Runs the observed cases of statistics, sketches and windows among those of the profiler; the other kinds are skipped. */
import { HyperLogLog, MedianDeviation, Reservoir } from '../src/sketches/index.ts';
import { compile, numberOf, standardRegistry, toPlain } from '../src/stellar/index.ts';
import { decodeVariables } from '../src/stellar/vector-values.ts';
import { parseSelector } from '../src/windows/index.ts';

interface Vector {
  readonly id: string;
  readonly kind: string;
  readonly input: {
    readonly assign?: readonly (readonly [string, string])[];
    readonly expr?: string;
    readonly variables?: Record<string, unknown>;
    readonly global?: Record<string, unknown>;
    readonly generator?: { readonly n: number };
    readonly selector?: string;
    readonly now?: number;
    readonly tz?: string;
    readonly p?: number;
    readonly sp?: number;
    readonly n?: number;
    readonly scoreAt?: 'min' | 'max';
    readonly durationAgo?: number;
    readonly units?: string;
    readonly periodMillis?: number;
  };
  readonly expect: Readonly<Record<string, unknown>>;
}

/** Cases where the product differs from the reference on purpose, with the reason. */
export const intendedProfilerDifferences: ReadonlyMap<string, string> = new Map([
  ['stats-016', 'contradicts the documentation: the geometric mean is there without a window too'],
  ['stats-047', 'contradicts the documentation: the sum of logarithms is there with a window too'],
  ['hllp-023', 'contradicts the documentation: HLLP_ADD adds all its values'],
  [
    'profile-window-009',
    'loses data: a length of periods that is no number is refused, not replaced by the default, with which nothing would be found',
  ],
  ['profile-window-010', 'extension: units may be written in lower case'],
  ['window-002', 'contradicts the documentation: holidays of a country are all of its national ones'],
  ['window-003', 'contradicts the documentation: holidays of a country are all of its national ones'],
  ['window-053', 'extension: words may be of any case'],
  ['window-054', 'extension: words may be of any case'],
  ['window-055', 'extension: words may stand any number of blanks apart'],
  ['window-056', 'extension: words may be of any case'],
  ['window-071', 'contradicts the documentation: the current day of the week may be named'],
  ['window-072', 'contradicts the documentation: the current day of the week may be named'],
  ['window-073', 'contradicts the documentation: the current day of the week may be named'],
]);

type Check = (vector: Vector) => Promise<string | null> | string | null;

const checks: Readonly<Record<string, Check>> = {
  stats: expression,
  'stats-bin': expression,
  'stats-merge': expression,
  'stats-series': expression,
  hllp: expression,
  'hllp-series': cardinality,
  mad: expression,
  'mad-series': deviation,
  bin: expression,
  sample: expression,
  entropy: expression,
  window,
  'profile-window': periods,
  'profile-fixed': periods,
};

export async function runProfilerVectors(lines: readonly string[]): Promise<{
  passed: number;
  skipped: number;
  failures: { id: string; detail: string }[];
}> {
  const report = { passed: 0, skipped: 0, failures: [] as { id: string; detail: string }[] };
  for (const line of lines) {
    const vector: Vector = JSON.parse(line);
    const check = Object.hasOwn(checks, vector.kind) ? checks[vector.kind] : undefined;
    if (check === undefined) {
      report.skipped += 1;
      continue;
    }
    const detail = await failing(check, vector);
    if (detail === null) report.passed += 1;
    else if (intendedProfilerDifferences.has(vector.id)) report.skipped += 1;
    else
      report.failures.push({
        id: vector.id,
        detail: `${JSON.stringify(vector.input).slice(0, 200)}: ${detail}`,
      });
  }
  return report;
}

async function failing(check: Check, vector: Vector): Promise<string | null> {
  try {
    const detail = await check(vector);
    if (detail !== null || vector.expect['error'] !== true) return detail;
    return 'no error';
  } catch (error) {
    return vector.expect['error'] === true ? null : `raised ${(error as Error).message}`;
  }
}

async function evaluated({ input }: Vector): Promise<unknown> {
  const variables: Record<string, unknown> = Object.create(null);
  Object.assign(variables, decodeVariables(input.variables ?? {}));
  if (input.generator !== undefined) {
    variables['series'] = Array.from({ length: input.generator.n }, (_, i) => ((i * 7919) % 10007) / 100);
  }
  const global = input.global ?? {};
  const run = (source: string): unknown =>
    compile(source, standardRegistry).evaluate([variables], {
      timeZone: 'UTC',
      globalConfig: () => global,
      clock: { now: () => input.now ?? 1_514_289_600_000 },
    });
  for (const [name, source] of input.assign ?? []) variables[name] = await run(source);
  return await run(input.expr ?? '');
}

async function expression(vector: Vector): Promise<string | null> {
  const value = await evaluated(vector);
  const { expect } = vector;
  if ('p' in expect || 'sp' in expect) {
    if (!(value instanceof HyperLogLog)) return 'no cardinality sketch';
    return value.precision === expect['p'] && value.sparsePrecision === expect['sp']
      ? null
      : `${value.precision} ${value.sparsePrecision}`;
  }
  if ('size' in expect) {
    return value instanceof Reservoir && value.size === expect['size'] ? null : 'another size';
  }
  return close(expect['value'], value, Number(expect['tol'] ?? 0));
}

function close(expected: unknown, actual: unknown, tolerance: number): string | null {
  const number = numberOf(actual);
  if (number !== undefined) {
    const wanted = Number(expected);
    const same =
      Object.is(number, wanted) || number === wanted || (Number.isNaN(number) && Number.isNaN(wanted));
    return same || Math.abs(number - wanted) <= tolerance ? null : `gave ${number}, expected ${wanted}`;
  }
  const plain = JSON.stringify(toPlain(actual));
  return plain === JSON.stringify(expected) ? null : `gave ${plain}, expected ${JSON.stringify(expected)}`;
}

function cardinality({ input, expect }: Vector): string | null {
  const sketch = new HyperLogLog(input.p, input.sp);
  for (let i = 0; i < (input.n ?? 0); i++) sketch.add(`item-${i}`);
  const wanted = Number(expect['cardinality']);
  const found = sketch.cardinality();
  // The estimate over registers is another one than the reference's: as near to the truth, not the same number.
  return Math.abs(found - wanted) <= Number(expect['relTolIfOtherHash'] ?? 0) * wanted
    ? null
    : `gave ${found}, expected ${wanted}`;
}

function deviation({ input, expect }: Vector): string | null {
  const state = new MedianDeviation();
  let x = 12345;
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < (input.n ?? 0); i++) {
    let sample = -6;
    for (let j = 0; j < 12; j++) {
      x = (16807 * x) % 2147483647;
      sample += x / 2147483647;
    }
    state.add(sample);
    least = Math.min(least, sample);
    greatest = Math.max(greatest, sample);
  }
  const score = state.score(input.scoreAt === 'min' ? least : greatest);
  if (score > 3.5 !== expect['isOutlierAt3_5']) return `gave ${score}`;
  return close(expect['score'], score, Number(expect['tol']));
}

function window({ input, expect }: Vector): string | null {
  const found = parseSelector(input.selector ?? '')
    .intervals(input.now ?? 0, input.tz ?? 'UTC')
    .map(({ from, to }) => [from, to]);
  const shown =
    'count' in expect ? { count: found.length, first: found[0], last: found.at(-1) } : { intervals: found };
  return JSON.stringify(shown) === JSON.stringify(expect)
    ? null
    : `gave ${JSON.stringify(shown).slice(0, 200)}`;
}

async function periods(vector: Vector): Promise<string | null> {
  const { input, expect } = vector;
  const expr =
    input.expr ??
    `PROFILE_FIXED(${input.durationAgo}, '${input.units}', {'profiler.client.period.duration': ${input.periodMillis}, 'profiler.client.period.duration.units': 'MILLISECONDS'})`;
  const value = await evaluated({ ...vector, input: { ...input, expr } });
  const numbers = (value as { period: number }[]).map(({ period }) => period);
  if (numbers.length !== expect['count'])
    return `gave ${numbers.length} periods, expected ${String(expect['count'])}`;
  const ends =
    expect['count'] === 0 ||
    ((expect['firstPeriod'] ?? numbers[0]) === numbers[0] &&
      (expect['lastPeriod'] ?? numbers.at(-1)) === numbers.at(-1));
  const all =
    expect['periods'] === undefined || JSON.stringify(expect['periods']) === JSON.stringify(numbers);
  return ends && all ? null : `gave ${numbers.join(' ')}`;
}
