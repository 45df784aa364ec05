import { describe, expect, it } from 'vitest';
import { configChecks } from './checks.ts';

const lint = (expression: string) => configChecks.lint?.(expression, { predicate: true }) ?? [];

describe('the lint of a configuration', () => {
  it('tells of a field that is a letter away from a known one, with the fix', () => {
    expect(lint("ip_src_adr == '10.0.0.1'")).toMatchObject([
      {
        message: expect.stringContaining('ip_src_adr'),
        offset: 0,
        hint: expect.stringContaining('ip_src_addr'),
      },
    ]);
  });

  it("says nothing of fields that are a sensor's own", () => {
    for (const expression of [
      "badge_reader == 'x'",
      "ip_src_addr == 'x'",
      "source:type == 'bro'",
      'exists(winlog.event_id)',
    ]) {
      expect(lint(expression), expression).toEqual([]);
    }
  });
});
