import { describe, expect, it } from 'vitest';
import { Suspicion } from './suspicion.ts';

/** Works records 0 to `count` with these poisons; the deaths it took, and what was set aside. */
function hunt(count: number, poisons: ReadonlySet<number>): { deaths: number; aside: number[] } {
  let suspicion: Suspicion | null = null;
  let deaths = 0;
  const aside: number[] = [];
  for (let next = 0; next < count; ) {
    const careful: { until: number; limit: number } | undefined = suspicion?.careful;
    const size: number =
      careful !== undefined && next < careful.until
        ? Math.min(careful.limit, careful.until - next)
        : Math.min(1_000, count - next);
    const dies = [...poisons].some((one) => one >= next && one < next + size && !aside.includes(one));
    if (dies) {
      deaths++;
      if (deaths > 10_000) throw new Error('for ever');
      suspicion ??= new Suspicion(next, size);
      const offset = suspicion.died(next, size);
      if (offset === null) continue;
      aside.push(offset);
      next = offset + 1;
    } else next += size;
    if (suspicion?.passed(next) === true) suspicion = null;
  }
  return { deaths, aside };
}

describe('suspicion', () => {
  it('finds the one record of a thousand in seven deaths, wherever it stands', () => {
    for (const poison of [0, 1, 499, 500, 998, 999]) {
      const { deaths, aside } = hunt(1_000, new Set([poison]));
      expect(aside).toEqual([poison]);
      expect(deaths).toBeLessThanOrEqual(8);
    }
  });

  it('finds several, next to each other and apart', () => {
    const poisons = [3, 4, 700, 999, 1_500];
    const { deaths, aside } = hunt(3_000, new Set(poisons));
    expect(aside).toEqual(poisons);
    expect(deaths).toBeLessThanOrEqual(40);
  });

  it('finds the one record of a batch of one', () => {
    expect(hunt(1, new Set([0]))).toEqual({ deaths: 2, aside: [0] });
  });

  it('takes one death for an accident', () => {
    const suspicion = new Suspicion(0, 100);
    expect(suspicion.died(0, 100)).toBeNull();
    expect(suspicion.isFirm).toBe(false);
    expect(suspicion.careful).toEqual({ until: 100, limit: 100 });
    expect(suspicion.passed(100)).toBe(true);
  });

  it('becomes firm with the second, and takes an eighth at a time', () => {
    const suspicion = new Suspicion(0, 100);
    suspicion.died(0, 100);
    suspicion.died(0, 100);
    expect(suspicion.isFirm).toBe(true);
    expect(suspicion.careful).toEqual({ until: 100, limit: 13 });
  });
});
