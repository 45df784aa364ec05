import { describe, expect, it } from 'vitest';
import { learnTemplates } from './learn.ts';
import type { Candidate, Sample } from './shape.ts';
import { savedBy } from './template.ts';

const columns = ['f1t', 'f2i', 'f3t', 'f4t'];
const candidates: Candidate[] = columns.map((column) => ({ column, form: 'plain' }));

function sample(raw: string, ...values: (string | null)[]): Sample {
  return { raw, values: columns.map((_, i) => values[i] ?? null) };
}

/** Characters that are left to be kept, for each sample; null when no template fits it. */
function left(samples: readonly Sample[]): (number | null)[] {
  const templates = learnTemplates(samples, candidates, 4);
  return samples.map(({ raw, values }) => {
    for (const template of templates) {
      const saved = savedBy(template, raw, ({ column }) => values[columns.indexOf(column)] ?? null);
      if (saved !== null) return raw.length - saved;
    }
    return null;
  });
}

describe('shapes of raw lines', () => {
  it('are values with what stands between them', () => {
    const samples = Array.from({ length: 10 }, (_, i) =>
      sample(`host${i} port ${8000 + i} (alice${i})`, `host${i}`, `${8000 + i}`, `alice${i}`),
    );
    expect(left(samples)).toEqual(Array(10).fill(0));
  });

  it('tell columns with the same value apart by other lines', () => {
    const samples = Array.from({ length: 10 }, (_, i) => {
      const user = i < 5 ? 'root' : `user${i}`;
      return sample(`su: ${user} to root`, user, null, 'root', null);
    });
    expect(left(samples)).toEqual(Array(10).fill(0));
  });

  it('have rests where no column says what stands there', () => {
    const samples = Array.from({ length: 20 }, (_, i) =>
      sample(`a${i * 7} host${i} ${'x'.repeat(1 + (i % 3))} user${i} done`, `host${i}`, null, `user${i}`),
    );
    for (const [i, rest] of left(samples).entries()) expect(rest).toBeLessThanOrEqual(10 + (i % 3));
  });

  it('leave out keys of JSON whose value is missing', () => {
    const samples = Array.from({ length: 20 }, (_, i) => {
      const fields = {
        host: `h${i}`,
        ...(i % 2 === 0 ? { port: 8000 + i } : {}),
        ...(i % 3 === 0 ? { user: `u${i}` } : {}),
      };
      return sample(
        JSON.stringify(fields),
        fields.host,
        fields.port === undefined ? null : String(fields.port),
        fields.user ?? null,
      );
    });
    expect(left(samples)).toEqual(Array(20).fill(0));
  });

  it('have dashes where a value is missing', () => {
    const samples = Array.from({ length: 20 }, (_, i) =>
      sample(
        `h${i}\t${i % 2 === 0 ? 'tcp' : '-'}\tu${i}`,
        `h${i}`,
        null,
        i % 2 === 0 ? 'tcp' : null,
        `u${i}`,
      ),
    );
    expect(left(samples)).toEqual(Array(20).fill(0));
  });

  it('have as it is what all lines have, also where a column mostly says the same', () => {
    const samples = Array.from({ length: 40 }, (_, i) =>
      sample(`h${i} ${i * 37} SF u${i}`, `h${i}`, `${i * 37}`, i % 10 === 7 ? 'S0' : 'SF', `u${i}`),
    );
    expect(left(samples)).toEqual(Array(40).fill(0));
  });

  it('are not found in text that no column says anything of', () => {
    const samples = ['one thing', 'another', '', '-', '{"a":'].map((raw) => sample(raw, 'host', '80'));
    expect(left(samples)).toEqual(Array(5).fill(null));
  });

  it('are learnt without a long stop from lines that are made to make it long', () => {
    const many: Candidate[] = Array.from({ length: 400 }, (_, i) => ({ column: `f${i}t`, form: 'plain' }));
    for (const line of ['- '.repeat(4000), 'a'.repeat(8000), 'a b '.repeat(2000), '"a","b",'.repeat(1000)]) {
      const samples: Sample[] = Array.from({ length: 96 }, (_, i) => ({
        raw: line.slice(0, 8000 - (i % 5)),
        values: many.map((__, j) => (j % 3 === 0 ? null : j % 3 === 1 ? 'a' : 'b')),
      }));
      const before = process.threadCpuUsage();
      learnTemplates(samples, many, 4);
      const { user, system } = process.threadCpuUsage(before);
      expect(user + system).toBeLessThan(400_000);
    }
  });

  it('do not take a number for a part of a longer one', () => {
    const samples = Array.from({ length: 10 }, (_, i) => sample(`10.0.0.${i} 10`, null, '10'));
    for (const rest of left(samples)) if (rest !== null) expect(rest).toBeGreaterThanOrEqual(8);
  });
});
