import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TailListenerConfig } from '../config/index.ts';
import type { ListenerContext } from './listener.ts';
import { TailListener, type TailTiming } from './tail.ts';
import { type TestContext, testContext, until } from './testing/context.ts';

const FAST: TailTiming = {
  pollMs: 5,
  scanMs: 10,
  goneMs: 50,
  settledMs: 0,
  quietMs: 60_000,
  checkpointMs: 20,
};

let context: TestContext;
let listener: TailListener;

beforeEach(async () => {
  context = await testContext({ partitions: 2 });
  mkdirSync(join(context.folder, 'logs'));
});
afterEach(async () => {
  await listener.stop();
  await context.close();
});

async function follow(
  given: Partial<TailListenerConfig> = {},
  timing: Partial<TailTiming> = {},
  within: ListenerContext = context,
): Promise<void> {
  const config: TailListenerConfig = {
    name: 'files',
    type: 'tail',
    enabled: true,
    paths: ['logs/*'],
    sensor: 'app',
    from: 'start',
    framing: 'auto',
    maxMessageBytes: 1024 * 1024,
    ...given,
  };
  listener = new TailListener(config, within, { ...FAST, ...timing });
  await listener.start();
}

/** As `kill -9` does: the listener ends without a word, its checkpoint as old as it was. */
async function restart(given: Partial<TailListenerConfig> = {}): Promise<void> {
  const checkpoint = join(context.folder, 'tail', 'files.json');
  copyFileSync(checkpoint, `${checkpoint}.old`);
  await listener.stop();
  renameSync(`${checkpoint}.old`, checkpoint);
  await follow(given);
}

const file = (name: string) => join(context.folder, 'logs', name);
const values = () => context.values('app').sort();
const lines = (name: string, from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => `${name} line ${String(from + i).padStart(6, '0')}`);
const text = (list: readonly string[]) => list.map((line) => `${line}\n`).join('');
const arrived = (expected: readonly string[]) =>
  until(
    () => context.values('app').length >= expected.length,
    () => context.values('app').length,
  );

/** Waits for a line that is written last: whatever would be doubled had come before it. */
async function expectExactly(expected: readonly string[]): Promise<void> {
  await arrived(expected);
  writeFileSync(file('zz-last'), 'the end\n');
  await until(
    () => values().includes('the end'),
    () => values().length,
  );
  expect(values()).toEqual([...expected, 'the end'].sort());
}

describe('following files', () => {
  it('takes the lines that are there and those that are added, and waits for the end of a line', async () => {
    writeFileSync(file('a.log'), 'one\ntwo\r\nthr');
    await follow();
    await arrived(['one', 'two']);
    appendFileSync(file('a.log'), 'ee\n');
    writeFileSync(file('new.log'), 'four\n');
    await arrived(['one', 'two', 'three', 'four']);
    await expectExactly(['one', 'two', 'three', 'four']);
    expect(listener.status()).toMatchObject({
      kind: 'tail',
      state: 'listening',
      connections: 3,
      problem: null,
    });
    // A record can be read before its listener is told that it is durable.
    await until(() => listener.metrics.received === 5);
    expect(listener.metrics).toMatchObject({ sent: 5, errors: 0 });
    const record = context.records('app').find(({ value }) => value === 'one')!;
    expect(record.headers).toMatchObject({ listener: 'files', 'file.path': file('a.log') });
  });

  it('keeps bytes that are no UTF-8', async () => {
    writeFileSync(file('a.log'), Buffer.from('\xff\x00\xfe\n', 'latin1'));
    await follow();
    await expectExactly(['\xff\x00\xfe']);
  });

  it('begins at the end when told so, but takes files that come later whole', async () => {
    writeFileSync(file('a.log'), 'old\nbegun');
    await follow({ from: 'end' });
    await until(() => listener.status().connections === 1);
    appendFileSync(file('a.log'), ' line\nnew\n');
    writeFileSync(file('b.log'), 'all of it\n');
    await expectExactly(['begun line', 'new', 'all of it']);
  });

  it('goes on with a file that was renamed, and with the new one in its place', async () => {
    writeFileSync(file('a.log'), text(lines('a', 0, 100)));
    await follow({ paths: ['logs/*.log', 'logs/zz-last'] });
    await arrived(lines('a', 0, 100));
    appendFileSync(file('a.log'), text(lines('a', 100, 110)));
    renameSync(file('a.log'), file('a.log.1'));
    writeFileSync(file('a.log'), text(lines('b', 0, 10)));
    appendFileSync(file('a.log.1'), text(lines('a', 110, 120)));
    const expected = [...lines('a', 0, 120), ...lines('b', 0, 10)];
    await expectExactly(expected);
    await until(() => listener.status().connections === 2);
  });

  it('takes an unfinished last line when its file is gone', async () => {
    writeFileSync(file('a.log'), 'one\nunfinished');
    await follow();
    await arrived(['one']);
    rmSync(file('a.log'));
    await expectExactly(['one', 'unfinished']);
  });

  it('begins again when a file is truncated, also when it has grown beyond its old size at once', async () => {
    writeFileSync(file('a.log'), text(lines('a', 0, 100)));
    await follow();
    await arrived(lines('a', 0, 100));
    truncateSync(file('a.log'));
    appendFileSync(file('a.log'), text(lines('b', 0, 300)));
    await expectExactly([...lines('a', 0, 100), ...lines('b', 0, 300)]);
  });

  it('reads the copy that copytruncate leaves only where the original was not read', async () => {
    writeFileSync(file('a.log'), text(lines('a', 0, 100)));
    await follow();
    await arrived(lines('a', 0, 100));
    appendFileSync(file('a.log'), `${text(lines('a', 100, 150))}a line that is cut `);
    copyFileSync(file('a.log'), file('a.log.1'));
    truncateSync(file('a.log'));
    writeFileSync(file('a.log'), text(lines('b', 0, 10)));
    appendFileSync(file('a.log.1'), 'by the copy\n');
    await expectExactly([...lines('a', 0, 150), 'a line that is cut by the copy', ...lines('b', 0, 10)]);
  });

  it.each([
    [0, 'open'],
    [4096, 'open'],
    [300, 'quiet'],
    [4096, 'quiet'],
    [4096, 'quiet and renamed'],
  ])(
    'does not take a copy in the making, %i bytes long when first seen, for a new file; its original is %s',
    async (size, original) => {
      const old = text(lines('a', 0, 1000));
      writeFileSync(file('a.log'), old);
      await follow({}, original === 'open' ? {} : { quietMs: 0 });
      await arrived(lines('a', 0, 1000));
      await until(() => listener.status().connections === (original === 'open' ? 1 : 0));
      const moved = original === 'quiet and renamed' ? 'a.log.old' : 'a.log';
      renameSync(file('a.log'), file(moved));
      writeFileSync(file('a.log.1'), old.slice(0, size));
      // Found by the same look at the files, or by an earlier one.
      writeFileSync(file('b.log'), 'seen\n');
      await arrived([...lines('a', 0, 1000), 'seen']);
      appendFileSync(file('a.log.1'), old.slice(size));
      truncateSync(file(moved));
      await expectExactly([...lines('a', 0, 1000), 'seen']);
    },
  );

  it.each([
    ['open', 'truncated'],
    ['open', 'removed'],
    ['quiet', 'truncated'],
    ['quiet', 'removed'],
  ])(
    'does not read a copy that has less than was read of its original, which was %s and then %s',
    async (original, end) => {
      writeFileSync(file('a.log'), text(lines('a', 0, 1000)));
      await follow({}, original === 'open' ? {} : { quietMs: 0 });
      await arrived(lines('a', 0, 1000));
      await until(() => listener.status().connections === (original === 'open' ? 1 : 0));
      writeFileSync(file('a.log.1'), text(lines('a', 0, 990)));
      if (end === 'truncated') truncateSync(file('a.log'));
      else rmSync(file('a.log'));
      writeFileSync(file('b.log'), 'later\n');
      await expectExactly([...lines('a', 0, 1000), 'later']);
      // As long as the original may be written to, nothing is decided.
      const checkpoint = join(context.folder, 'tail', 'files.json');
      await until(() => readFileSync(checkpoint, 'utf8').includes('a.log.1'));
      appendFileSync(file('a.log.1'), 'by the copy\n');
      await until(() => values().includes('by the copy'));
      expect(values()).toHaveLength(1003);
    },
  );

  it('judges a copy by the size that it has by then', async () => {
    writeFileSync(file('a.log'), text(lines('a', 0, 100)));
    const come = join(context.folder, 'come');
    // Found after the copy, and reported while the copy has not been looked at yet.
    mkdirSync(join(context.folder, 'made', 'links'), { recursive: true });
    symlinkSync('loop', join(context.folder, 'made', 'links', 'loop'));
    writeFileSync(join(context.folder, 'made', 'copy.log'), text(lines('a', 0, 100)));
    const report = () => {
      appendFileSync(file('a.log'), text(lines('a', 100, 150)));
      appendFileSync(join(come, 'copy.log'), text(lines('a', 100, 150)));
    };
    await follow({ paths: ['logs/*', 'come/*.log', 'come/links/*'] }, {}, { ...context, report });
    await arrived(lines('a', 0, 100));
    renameSync(join(context.folder, 'made'), come);
    await arrived(lines('a', 0, 150));
    await expectExactly(lines('a', 0, 150));
  });

  it.each(['', 'whole\n'])(
    'sees that a file was written anew behind its back, though it was read no further than %j and the beginning of a line',
    async (before) => {
      writeFileSync(file('a.log'), `${before}begun`);
      await follow();
      writeFileSync(file('b.log'), 'first\n');
      await until(() => values().includes('first'));
      // Nothing is looked at while the bus does not answer.
      let release = () => {};
      context.gate.hold = new Promise((done) => {
        release = done;
      });
      appendFileSync(file('b.log'), 'second\n');
      await until(() => context.appender.pendingBytes > 0);
      writeFileSync(file('a.log'), `${before}another text in the same file\nthat goes on\n`);
      context.gate.hold = null;
      release();
      const again = before === '' ? [] : ['whole', 'whole'];
      await expectExactly([
        ...again,
        'begun',
        'another text in the same file',
        'that goes on',
        'first',
        'second',
      ]);
    },
  );

  it('takes a file that was empty when first seen for a compressed one when it becomes one', async () => {
    writeFileSync(file('a.gz'), '');
    writeFileSync(file('b.log'), 'seen\n');
    await follow();
    await arrived(['seen']);
    writeFileSync(file('a.gz'), gzipSync(text(lines('a', 0, 10))));
    await expectExactly(['seen', ...lines('a', 0, 10)]);
  });

  it('does not read a copy of a file that is still there', async () => {
    writeFileSync(file('a.log'), text(lines('a', 0, 100)));
    // Each look at the files comes before what was added to them is read.
    await follow({}, { scanMs: 0 });
    await arrived(lines('a', 0, 100));
    appendFileSync(file('a.log'), text(lines('a', 100, 150)));
    copyFileSync(file('a.log'), file('copy.log'));
    await expectExactly(lines('a', 0, 150));
    appendFileSync(file('a.log'), text(lines('a', 150, 160)));
    await arrived([...lines('a', 0, 160), 'the end']);
    await until(() => listener.status().connections === 3);
    appendFileSync(file('copy.log'), 'only in the copy\n');
    const expected = [...lines('a', 0, 160), 'only in the copy', 'the end'];
    await arrived(expected);
    expect(values()).toEqual(expected.sort());
  });

  it.each([
    ['gz', gzipSync],
    ['zst', zstdCompressSync],
  ] as const)(
    'reads a compressed file (.%s) once, and only what was not read before it was compressed',
    async (suffix, compress) => {
      writeFileSync(file('a.log'), text(lines('a', 0, 1000)));
      await follow();
      await arrived(lines('a', 0, 1000));
      // What came last was not seen before the file was compressed.
      const whole = [...lines('a', 0, 1500), 'without a newline'];
      rmSync(file('a.log'));
      writeFileSync(file(`a.log.1.${suffix}`), compress(Buffer.from(whole.join('\n'))));
      writeFileSync(file(`other.${suffix}`), compress(Buffer.from(text(lines('other', 0, 50)))));
      const expected = [...whole, ...lines('other', 0, 50)];
      await arrived(expected);
      renameSync(file(`a.log.1.${suffix}`), file(`a.log.2.${suffix}`));
      await expectExactly(expected);
    },
  );

  it('reads a compressed file once that was written over a plain one while nothing followed it', async () => {
    writeFileSync(file('a.log'), 'short\n');
    await follow();
    await arrived(['short']);
    await listener.stop();
    writeFileSync(file('a.log'), gzipSync('packed\n'));
    await follow();
    await arrived(['short', 'packed']);
    // Each look at the files would read it again.
    writeFileSync(file('b.gz'), gzipSync('later\n'));
    await expectExactly(['short', 'packed', 'later']);
  });

  it('does not take a new file for one that was compressed after all of it had been read', async () => {
    writeFileSync(file('a.log'), text(lines('a', 0, 100)));
    await follow();
    await arrived(lines('a', 0, 100));
    writeFileSync(file('a.log.1.gz'), gzipSync(text(lines('a', 0, 100))));
    rmSync(file('a.log'));
    const checkpoint = join(context.folder, 'tail', 'files.json');
    await until(() => readFileSync(checkpoint, 'utf8').includes('"finished"'));
    writeFileSync(file('other.log'), text(lines('b', 0, 200)));
    await expectExactly([...lines('a', 0, 100), ...lines('b', 0, 200)]);
  });

  it('reports a compressed file that is not complete, keeps what it could read, and reads the rest when it is', async () => {
    const packed = gzipSync(Buffer.from(text(lines('a', 0, 60_000))), { level: 1 });
    writeFileSync(file('a.gz'), packed.subarray(0, packed.length - 5000));
    await follow();
    await until(() => context.reported.length === 1);
    expect(context.reported[0]).toMatchObject({ code: 'SKP_INGEST_FILE' });
    writeFileSync(file('a.gz'), packed);
    await expectExactly(lines('a', 0, 60_000));
  });

  it('gives each record of a Zeek log the header that it needs', async () => {
    const header = ['#separator \\x09', '#fields\tts\tuid', '#types\ttime\tstring'];
    writeFileSync(file('conn.log'), text([...header, '1.0\tC1', '2.0\tC2']));
    await follow();
    await until(() => values().length === 1);
    await restart();
    appendFileSync(file('conn.log'), text(['3.0\tC3']));
    await until(() => values().length === 2);
    expect(values()).toEqual(
      [[...header, '1.0\tC1', '2.0\tC2'].join('\n'), [...header, '3.0\tC3'].join('\n')].sort(),
    );
  });

  it('puts a line that is too long into the errors topic and goes on after it', async () => {
    writeFileSync(file('a.log'), `one\n${'x'.repeat(2000)}\ntwo\n`);
    await follow({ maxMessageBytes: 1024 });
    await expectExactly(['one', 'two']);
    expect(context.values('errors').map((value) => value.length)).toEqual([2000]);
  });

  it.each(['', 'x'.repeat(2000)])(
    'puts a line that is too long into the errors topic once, though a crash came before or after what stood with it',
    async (first) => {
      const long = 'y'.repeat(3000);
      writeFileSync(file('a.log'), `${first}\none\n`);
      await follow({ maxMessageBytes: 1024 }, { checkpointMs: 1_000_000 });
      await arrived(['one']);
      // The errors topic takes it, the other does not.
      const refuse = context.gate.refuse;
      refuse.add('app');
      appendFileSync(file('a.log'), `${long}\ntwo\n`);
      const expected = [...(first === '' ? [] : [2000]), 3000];
      await until(() => context.reported.length > 2);
      await restart({ maxMessageBytes: 1024 });
      refuse.clear();
      appendFileSync(file('a.log'), `${'z'.repeat(4000)}\nthree\n`);
      await expectExactly(['one', 'two', 'three']);
      const lengths = context.values('errors').map((value) => value.length);
      expect(lengths.sort()).toEqual([...expected, 4000]);
    },
  );

  it('reads nothing twice after a crash that left an old checkpoint, whatever happened to the files', async () => {
    writeFileSync(file('a.log'), text(lines('a', 0, 1000)));
    writeFileSync(file('b.log'), text(lines('b', 0, 1000)));
    await follow({}, { checkpointMs: 1_000_000 });
    await arrived([...lines('a', 0, 1000), ...lines('b', 0, 1000)]);
    await restart();
    appendFileSync(file('a.log'), text(lines('a', 1000, 2000)));
    await arrived([...lines('a', 0, 2000), ...lines('b', 0, 1000)]);
    const checkpoint = join(context.folder, 'tail', 'files.json');
    copyFileSync(checkpoint, `${checkpoint}.old`);
    await listener.stop();
    renameSync(`${checkpoint}.old`, checkpoint);
    renameSync(file('a.log'), file('a.log.1'));
    appendFileSync(file('a.log.1'), text(lines('a', 2000, 2010)));
    writeFileSync(file('a.log'), text(lines('c', 0, 10)));
    copyFileSync(file('b.log'), file('b.log.1'));
    truncateSync(file('b.log'));
    appendFileSync(file('b.log'), text(lines('d', 0, 10)));
    await follow();
    const expected = [
      ...lines('a', 0, 2010),
      ...lines('b', 0, 1000),
      ...lines('c', 0, 10),
      ...lines('d', 0, 10),
    ];
    await expectExactly(expected);
  });

  it('closes files that are quiet, and goes on with them when they grow', async () => {
    writeFileSync(file('a.log'), text(lines('a', 0, 100)));
    await follow({}, { quietMs: 0 });
    await until(() => values().length === 100 && listener.status().connections === 0);
    appendFileSync(file('a.log'), text(lines('a', 100, 110)));
    await arrived(lines('a', 0, 110));
    copyFileSync(file('a.log'), file('copy.log'));
    await expectExactly(lines('a', 0, 110));
  });

  it('waits while the bus refuses, and loses nothing', async () => {
    context.gate.fail = new Error('no room');
    writeFileSync(file('a.log'), text(lines('a', 0, 100)));
    await follow();
    await until(() => listener.status().problem === 'no room');
    context.gate.fail = null;
    await expectExactly(lines('a', 0, 100));
  });

  it('loses nothing of a file whose name went while the bus refused', async () => {
    writeFileSync(file('a.log'), text(lines('a', 0, 10)));
    await follow({}, { goneMs: -1, scanMs: 0 });
    await arrived(lines('a', 0, 10));
    context.gate.fail = new Error('no room');
    appendFileSync(file('a.log'), `${text(lines('a', 10, 20))}unfinished`);
    rmSync(file('a.log'));
    await until(() => listener.status().problem === 'no room');
    context.gate.fail = null;
    await expectExactly([...lines('a', 0, 20), 'unfinished']);
  });

  it('keeps the unfinished line of a file that was truncated while the bus refuses', async () => {
    writeFileSync(file('a.log'), 'one\nunfinished');
    writeFileSync(file('b.log'), 'other\n');
    await follow();
    await arrived(['one', 'other']);
    // Once more, so that the unfinished line was read as well.
    appendFileSync(file('b.log'), 'more\n');
    await arrived(['one', 'other', 'more']);
    context.gate.fail = new Error('no room');
    truncateSync(file('a.log'));
    await until(() => listener.status().problem === 'no room');
    // It is tried again more than once.
    const { length } = context.reported;
    await until(() => context.reported.length > length + 1);
    context.gate.fail = null;
    appendFileSync(file('a.log'), 'anew\n');
    await expectExactly(['one', 'other', 'more', 'unfinished', 'anew']);
  });

  it.runIf(birthtimesAreKnown())(
    'does not take a new file for the one that had its inode before, though both begin alike',
    async () => {
      writeFileSync(file('a.log'), 'banner\n');
      await follow();
      await arrived(['banner']);
      await listener.stop();
      const { ino } = statSync(file('a.log'));
      rmSync(file('a.log'));
      // File systems use an inode again at once, or after some others.
      let reused = '';
      for (let i = 0; i < 1000 && reused === ''; i++) {
        const path = join(context.folder, `new-${i}`);
        writeFileSync(path, 'banner\nnew\n');
        if (statSync(path).ino === ino) reused = path;
      }
      if (reused === '') return;
      renameSync(reused, file('a.log'));
      await follow();
      await expectExactly(['banner', 'banner', 'new']);
    },
  );
});

/** Whether this file system remembers when a file was made. */
function birthtimesAreKnown(): boolean {
  return statSync(import.meta.filename).birthtimeMs > 0;
}
