import { describe, expect, it, vi } from 'vitest';
import { type CompiledExpression, compile, standardRegistry } from '../stellar/index.ts';
import type { EnrichmentAdapter, EnrichmentServices, Fragment, StageBlock } from './adapter.ts';
import { KnownHostList } from './known-hosts.ts';
import { createStage, type StageOptions, type TaskError } from './stage.ts';

type Message = Record<string, unknown>;

const clock = { now: () => 1_700_000_000_000 };
const services = {
  hosts: new KnownHostList(),
  geo: { get: () => null, version: () => 0 },
  asn: { get: () => null, version: () => 0 },
  reference: { get: () => undefined, version: () => 0 },
} satisfies EnrichmentServices;

interface Fake extends EnrichmentAdapter {
  readonly asked: string[];
  data: number;
}

/** An adapter that answers `answer(value)` and counts what it is asked. */
function adapter(name: string, answer: (value: string, field: string) => Fragment | Promise<Fragment>): Fake {
  const fake: Fake = {
    name,
    stages: ['enrichment', 'threatIntel'],
    description: name,
    timingName: `${name}adapter`,
    asked: [],
    data: 0,
    open: () => ({
      lookUp(field, value) {
        fake.asked.push(value);
        return answer(value, field);
      },
      version: () => fake.data,
    }),
  };
  return fake;
}

const echo = (value: string): Fragment => ({ keys: ['is'], values: [value] });

function stage(
  fieldMap: StageBlock['fieldMap'],
  adapters: readonly EnrichmentAdapter[],
  more: Partial<StageOptions> = {},
) {
  return createStage({
    stage: 'enrichment',
    block: { fieldMap, fieldToTypeMap: {}, config: {} },
    scopes: [],
    compile: (source: string): CompiledExpression => compile(source, standardRegistry),
    capabilities: { clock },
    services,
    adapters,
    ...more,
  });
}

async function run(built: ReturnType<typeof stage>, ...messages: Message[]) {
  const errors: TaskError[] = [];
  await built.run(messages, (error) => errors.push(error));
  return { messages, errors };
}

describe('the names of what an adapter adds', () => {
  it.each([
    ['enrichment', 'enrichments'],
    ['threatIntel', 'threatintels'],
  ] as const)('in the stage %s begin with %s', async (name, prefix) => {
    const { messages } = await run(stage({ a: ['ip'] }, [adapter('a', echo)], { stage: name }), { ip: 'x' });
    expect(messages).toEqual([{ ip: 'x', [`${prefix}.a.ip.is`]: 'x' }]);
  });

  it('are the same for a plain list and for {"type": "LIST"}', async () => {
    const { messages } = await run(stage({ a: { type: 'LIST', config: ['ip'] } }, [adapter('a', echo)]), {
      ip: 'x',
    });
    expect(messages[0]).toHaveProperty(['enrichments.a.ip.is'], 'x');
  });
});

describe('caching of look-ups', () => {
  it('asks once for a value, over all messages and batches', async () => {
    const a = adapter('a', echo);
    const built = stage({ a: ['ip'] }, [a]);
    await run(built, { ip: 'x' }, { ip: 'x' }, { ip: 'y' });
    const { messages } = await run(built, { ip: 'x' });
    expect(a.asked).toEqual(['x', 'y']);
    expect(messages[0]).toHaveProperty(['enrichments.a.ip.is'], 'x');
  });

  it('remembers that there is nothing to say', async () => {
    const a = adapter('a', () => ({ keys: [], values: [] }));
    const built = stage({ a: ['ip'] }, [a]);
    await run(built, { ip: 'x' });
    await run(built, { ip: 'x' });
    expect(a.asked).toEqual(['x']);
  });

  it('keeps the fields of a sensor apart', async () => {
    const a = adapter('a', (value, field) => ({ keys: ['from'], values: [`${field} ${value}`] }));
    const { messages } = await run(stage({ a: ['src', 'dst'] }, [a]), { src: 'x', dst: 'x' });
    expect(messages[0]).toMatchObject({
      'enrichments.a.src.from': 'src x',
      'enrichments.a.dst.from': 'dst x',
    });
  });

  it('asks again after the data changed', async () => {
    let answer = 'old';
    const a = adapter('a', () => ({ keys: ['is'], values: [answer] }));
    const built = stage({ a: ['ip'] }, [a]);
    await run(built, { ip: 'x' });
    answer = 'new';
    expect((await run(built, { ip: 'x' })).messages[0]).toHaveProperty(['enrichments.a.ip.is'], 'old');
    a.data++;
    expect((await run(built, { ip: 'x' })).messages[0]).toHaveProperty(['enrichments.a.ip.is'], 'new');
    expect(a.asked).toEqual(['x', 'x']);
  });

  it('does not remember a failure', async () => {
    let fails = true;
    const a = adapter('a', (value) => {
      if (fails) throw new Error('away');
      return echo(value);
    });
    const built = stage({ a: ['ip'] }, [a]);
    expect((await run(built, { ip: 'x' })).errors).toHaveLength(1);
    fails = false;
    expect((await run(built, { ip: 'x' })).messages[0]).toHaveProperty(['enrichments.a.ip.is'], 'x');
  });

  it('asks with the text of a value that is none', async () => {
    const a = adapter('a', echo);
    await run(stage({ a: ['n'] }, [a]), { n: 5 }, { n: true }, { n: 0 });
    expect(a.asked).toEqual(['5', 'true', '0']);
  });
});

describe('merging', () => {
  it('follows the order of the configuration: what stands later wins', async () => {
    const first = {
      stellar: { config: { x: "'first'" } },
      again: { type: 'STELLAR', config: { x: "'second'" } },
    };
    expect((await run(stage(first, []), {})).messages[0]).toEqual({ x: 'second' });
    const turned = { again: first.again, stellar: first.stellar };
    expect((await run(stage(turned, []), {})).messages[0]).toEqual({ x: 'first' });
  });

  it('keeps that order when an earlier answer comes later', async () => {
    let answer: (fragment: Fragment) => void = () => undefined;
    const slow = adapter('slow', () => new Promise((resolve) => (answer = resolve)));
    const built = stage({ slow: ['ip'], stellar: { config: { 'enrichments.slow.ip.is': "'stellar'" } } }, [
      slow,
    ]);
    const message: Message = { ip: 'x' };
    const running = built.run([message], () => undefined);
    answer({ keys: ['is'], values: ['slow'] });
    await running;
    expect(message['enrichments.slow.ip.is']).toBe('stellar');
  });

  it("drops the message's own nulls and empty texts once a task had input", async () => {
    const { messages } = await run(stage({ a: ['ip'] }, [adapter('a', echo)]), {
      ip: 'x',
      none: null,
      empty: '',
      zero: 0,
      no: false,
    });
    expect(messages[0]).toEqual({ ip: 'x', zero: 0, no: false, 'enrichments.a.ip.is': 'x' });
  });

  it('leaves nulls and empty texts where no task had anything to do', async () => {
    const { messages } = await run(stage({ a: ['ip'] }, [adapter('a', echo)]), { none: null, empty: '' });
    expect(messages[0]).toEqual({ none: null, empty: '' });
    expect((await run(stage({}, []), { none: null })).messages[0]).toEqual({ none: null });
  });

  it('never adds nulls and empty texts of an answer', async () => {
    const a = adapter('a', () => ({ keys: ['one', 'two', 'three'], values: [null, '', 3] }));
    const { messages } = await run(stage({ a: ['ip'] }, [a]), { ip: 'x' });
    expect(messages[0]).toEqual({ ip: 'x', 'enrichments.a.ip.three': 3 });
  });

  it('lets no key of the data reach a prototype', async () => {
    const a = adapter('a', () => ({ keys: ['__proto__', 'constructor'], values: [1, 2] }));
    const message = JSON.parse('{"ip":"x","__proto__":{"polluted":true}}') as Message;
    await run(stage({ a: ['ip'] }, [a]), message);
    expect(Object.getPrototypeOf(message)).toBe(Object.prototype);
    expect(message).toHaveProperty(['enrichments.a.ip.__proto__'], 1);
    expect(({} as Message)['polluted']).toBeUndefined();
  });
});

describe('a task that fails', () => {
  it('is reported with what it was given, and the message goes on with the rest', async () => {
    const bad = adapter('bad', () => {
      throw new Error('no such thing');
    });
    const { messages, errors } = await run(
      stage({ bad: ['ip'], a: ['ip'] }, [bad, adapter('a', echo)]),
      {},
      {
        ip: 'x',
        other: 1,
      },
    );
    expect(messages[1]).toEqual({ ip: 'x', other: 1, 'enrichments.a.ip.is': 'x' });
    expect(errors).toMatchObject([
      { index: 1, adapter: 'bad', error: { message: 'no such thing' }, input: { ip: 'x' } },
    ]);
  });

  it('later is reported all the same, and the others of the batch are not held up by it', async () => {
    const bad = adapter('bad', (value) =>
      value === 'bad' ? Promise.reject(new Error('late')) : Promise.resolve(echo(value)),
    );
    const { messages, errors } = await run(stage({ bad: ['ip'] }, [bad]), { ip: 'bad' }, { ip: 'good' });
    expect(messages).toEqual([{ ip: 'bad' }, { ip: 'good', 'enrichments.bad.ip.is': 'good' }]);
    expect(errors).toMatchObject([{ index: 0, error: { message: 'late' } }]);
  });

  it('in Stellar shows the variables that it read', async () => {
    const fieldMap = { stellar: { config: { x: 'port / 0' } } };
    const { messages, errors } = await run(stage(fieldMap, []), { port: 5, other: 1 });
    expect(messages[0]).toEqual({ port: 5, other: 1 });
    expect(errors).toMatchObject([{ adapter: 'stellar', input: { port: 5 } }]);
  });

  it('does not fail the other groups', async () => {
    const fieldMap = { stellar: { config: { one: { x: '1 / 0' }, two: { y: '1' } } } };
    const { messages, errors } = await run(stage(fieldMap, []), { name: 'Ann' });
    expect(messages[0]).toEqual({ name: 'Ann', y: 1 });
    expect(errors).toHaveLength(1);
  });

  it('may fail on a value that has no text', async () => {
    const hostile = JSON.parse('{"ip":{"toString":1,"valueOf":1}}') as Message;
    const { errors } = await run(stage({ a: ['ip'] }, [adapter('a', echo)]), hostile);
    expect(errors).toHaveLength(1);
  });
});

describe('look-ups that must wait', () => {
  it('of one batch wait together', async () => {
    const answers: (() => void)[] = [];
    const slow = adapter(
      'slow',
      (value) => new Promise((resolve) => answers.push(() => resolve(echo(value)))),
    );
    const messages = [{ ip: 'a' }, { ip: 'b' }, { ip: 'c' }];
    const running = stage({ slow: ['ip'] }, [slow]).run(messages, () => undefined);
    expect(running).toBeInstanceOf(Promise);
    expect(answers).toHaveLength(3);
    for (const answer of answers.reverse()) answer();
    await running;
    expect(messages.map((message) => (message as Message)['enrichments.slow.ip.is'])).toEqual([
      'a',
      'b',
      'c',
    ]);
  });

  it('are remembered as the others are, and nothing is waited for then', async () => {
    const slow = adapter('slow', (value) => Promise.resolve(echo(value)));
    const built = stage({ slow: ['ip'] }, [slow]);
    await run(built, { ip: 'a' });
    const message: Message = { ip: 'a' };
    expect(built.run([message], () => undefined)).toBeUndefined();
    expect(message['enrichments.slow.ip.is']).toBe('a');
  });
});

describe('a stage', () => {
  it('that asks for nothing is empty', () => {
    expect(stage({}, []).empty).toBe(true);
    expect(stage({ a: ['ip'] }, [adapter('a', echo)]).empty).toBe(false);
  });

  it('refuses an adapter that does not exist, and names those that do', () => {
    expect(() => stage({ goe: ['ip'] }, [adapter('geo', echo)])).toThrow(/goe.*geo, stellar/);
  });

  it("adds Metron's timing fields where they are asked for", async () => {
    const { messages } = await run(stage({ a: ['ip'] }, [adapter('a', echo)], { timing: clock }), {
      ip: 'x',
    });
    expect(messages[0]).toMatchObject({
      'adapter.aadapter.begin.ts': '1700000000000',
      'parallelenricher.enrich.end.ts': '1700000000000',
    });
  });

  it('looks at the version of the data once a batch, not once a message', async () => {
    const a = adapter('a', echo);
    const version = vi.fn(() => 0);
    const watched = {
      ...a,
      open: () => ({ lookUp: (_field: string, value: string) => echo(value), version }),
    };
    const built = stage({ a: ['ip'] }, [watched]);
    version.mockClear();
    await run(built, { ip: 'x' }, { ip: 'y' }, { ip: 'z' });
    expect(version).toHaveBeenCalledOnce();
  });
});
