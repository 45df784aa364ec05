import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { compileStellar } from '../pipeline/index.ts';
import { createCheck, validationRegistry } from './index.ts';

const services = { compile: compileStellar, capabilities: {} };

describe('global checks', () => {
  it('name the fields of those that fail, all of them, and pass what they do not know', () => {
    const check = createCheck(
      [
        { validation: 'IP', input: ['ip_src_addr'] },
        { validation: 'NOT_EMPTY', input: 'user' },
        { validation: 'STELLAR', input: ['bytes'], config: { condition: 'bytes < limit' } },
      ],
      services,
      { limit: 10 },
    );
    expect(check({ ip_src_addr: '192.0.2.1', user: 'ann', bytes: 5 })).toBeNull();
    expect(check({ ip_src_addr: 'here', user: ' ', bytes: 50 })).toEqual(['bytes', 'ip_src_addr', 'user']);
  });

  it('refuse to be built when one does not exist or lacks a setting', () => {
    expect(() => createCheck([{ validation: 'IPS' }], services, {})).toThrow(/no validation "IPS"/);
    expect(() => createCheck([{ validation: 'DATE', input: 'd' }], services, {})).toThrow(/format/);
  });

  it('may be those of plug-ins', () => {
    const registry = validationRegistry([
      {
        name: 'SHORT',
        classNames: ['com.example.Short'],
        description: 'Inputs are short.',
        create:
          ({ limit }) =>
          (values) =>
            values.every((value) => String(value).length <= Number(limit)),
      },
    ]);
    const list = [{ validation: 'com.example.Short', input: 'a', config: { limit: 3 } }];
    const check = createCheck(list, services, {}, registry);
    expect([check({ a: 'abc' }), check({ a: 'abcd' })]).toEqual([null, ['a']]);
  });

  it('read whole numbers in groups, and none beyond 64 bits', () => {
    const check = createCheck([{ validation: 'INTEGER', input: 'n' }], services, {});
    const passes = (n: unknown): boolean => check({ n }) === null;
    expect([
      passes('1,234'),
      passes(-5),
      passes('9223372036854775807'),
      passes('9223372036854775808'),
    ]).toEqual([true, true, true, false]);
    expect([passes('1.5'), passes('x'), passes('')]).toEqual([false, false, false]);
  });

  const vectors = path.join(
    process.env['SKOPOS_VECTORS'] ?? path.resolve(import.meta.dirname, '../../../shared/vectors'),
    'parsers/validations.jsonl',
  );
  it.skipIf(!existsSync(vectors))(
    'judge the observed cases as the reference does (skipped without SKOPOS_VECTORS)',
    () => {
      const wrong = readFileSync(vectors, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map(
          (line) =>
            JSON.parse(line) as {
              id: string;
              validator: Parameters<typeof createCheck>[0][0];
              message: Record<string, unknown>;
              valid: boolean;
            },
        )
        .filter(
          ({ validator, message, valid }) =>
            (createCheck([validator], services, {})(message) === null) !== valid,
        );
      expect(wrong.map(({ id }) => id)).toEqual([]);
    },
  );
});
