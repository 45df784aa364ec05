import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventLog } from '../bus/index.ts';
import type { PushOptions } from './index.ts';
import { fileSet, type TestVersions, testTopic, testVersions } from './testing.ts';
import { fileKey, newPushId, versionKey, writeManifest } from './version-record.ts';

let opened: TestVersions;
beforeEach(async () => {
  opened = await testVersions();
});
afterEach(() => opened.clean());

const by = (who: string, base: PushOptions['base'], why = 'because'): PushOptions => ({ who, why, base });
const first = fileSet({ 'global.json': { a: 1 }, 'parsers/asa.json': { parserClassName: 'asa' } });
const second = fileSet({ 'global.json': { a: 2 }, 'parsers/snort.json': { parserClassName: 'snort' } });

/** A log that fails, for good, after so many appends to the topic: as when the process was killed. */
function cutOff(log: EventLog, after: number): EventLog {
  let appends = 0;
  return new Proxy(log, {
    get(target, name) {
      if (name === 'append') {
        return async (...given: Parameters<EventLog['append']>) => {
          if (++appends > after) throw new Error('killed');
          return target.append(...given);
        };
      }
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

describe('The versions of a configuration', () => {
  it('are none at first', async () => {
    await opened.versions.refresh();
    expect(opened.versions.head).toBeNull();
    expect(() => opened.versions.newest()).toThrow(
      expect.objectContaining({ code: 'SKP_VERSIONS_EMPTY', hint: expect.stringContaining('config push') }),
    );
  });

  it('say who made them, when, why, and what changed, to every reader', async () => {
    const { versions } = opened;
    const one = await versions.push(first, by('ada', null, 'first'));
    await versions.push(second, by('ben', one.version.id, 'louder\nrules'));
    const reader = opened.another();
    await reader.refresh();
    expect(reader.versions).toMatchObject([
      {
        version: 1,
        who: 'ada',
        why: 'first',
        changes: { added: ['global.json', 'parsers/asa.json'], changed: [], removed: [] },
      },
      {
        version: 2,
        who: 'ben',
        why: 'louder\nrules',
        changes: { added: ['parsers/snort.json'], changed: ['global.json'], removed: ['parsers/asa.json'] },
      },
    ]);
    expect(Math.abs(Date.now() - reader.newest().at)).toBeLessThan(60_000);
    expect(await reader.files(reader.byNumber(1))).toEqual(first);
    expect(await reader.files(reader.byNumber(2))).toEqual(second);
  });

  it('are not made where nothing changed', async () => {
    const { version } = await opened.versions.push(first, by('ada', null));
    const again = await opened.versions.push(first, by('ada', version.id));
    expect(again).toEqual({ version, unchanged: true });
    expect(opened.versions.versions).toHaveLength(1);
  });

  it('bring only what changed into the log', async () => {
    const { version } = await opened.versions.push(first, by('ada', null));
    const { partitions } = await opened.log.describe(testTopic);
    const more = new Map([...first, ['indexing/asa.json', Buffer.from('{}')]]);
    await opened.versions.push(more, by('ada', version.id));
    const after = await opened.log.describe(testTopic);
    // One file, one version.
    expect(after.partitions[0]!.endOffset - partitions[0]!.endOffset).toBe(2);
    const reader = opened.another();
    await reader.refresh();
    expect(await reader.files(reader.newest())).toEqual(more);
  });

  it('refuse a push that was made from an older one, and say what came meanwhile', async () => {
    const { version } = await opened.versions.push(first, by('ada', null));
    await opened.versions.push(second, by('ben', version.id, 'mine came first'));
    await expect(opened.another().push(first, by('eve', version.id))).rejects.toMatchObject({
      code: 'SKP_VERSIONS_OUTDATED',
      message: expect.stringMatching(/base is version 1.*newest is version 2 \(ben.*mine came first/),
      hint: expect.stringContaining('--force'),
    });
    await expect(opened.another().push(first, by('eve', null))).rejects.toMatchObject({
      code: 'SKP_VERSIONS_OUTDATED',
      message: expect.stringContaining('made from no version'),
    });
    const forced = await opened.another().push(first, by('eve', 'newest'));
    expect(forced.version.version).toBe(3);
  });

  it('let one of two pushes at once in, whoever asked first', async () => {
    const { version } = await opened.versions.push(first, by('ada', null));
    const pushes = await Promise.allSettled(
      ['ben', 'eve', 'joe'].map((who) =>
        opened.another().push(fileSet({ 'global.json': { who } }), by(who, version.id)),
      ),
    );
    expect(pushes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const push of pushes)
      if (push.status === 'rejected') expect(push.reason).toMatchObject({ code: 'SKP_VERSIONS_OUTDATED' });
    const reader = opened.another();
    await reader.refresh();
    expect(reader.versions).toHaveLength(2);
    expect((await reader.files(reader.newest())).get('global.json')?.toString()).toContain(
      reader.newest().who,
    );
  });

  it('let all in that are to replace whatever is there', async () => {
    await Promise.all(
      ['ben', 'eve', 'joe'].map((who) =>
        opened.another().push(fileSet({ 'global.json': { who } }), by(who, 'newest')),
      ),
    );
    await opened.versions.refresh();
    expect(opened.versions.versions.map(({ who }) => who).sort()).toEqual(['ben', 'eve', 'joe']);
  });

  it.each([0, 1])('never show a push that was cut off after %i appends', async (after) => {
    const { version } = await opened.versions.push(first, by('ada', null));
    const half = opened.another(cutOff(opened.log, after));
    await expect(half.push(second, by('ben', version.id))).rejects.toThrow('killed');
    const reader = opened.another();
    await reader.refresh();
    expect(reader.newest()).toMatchObject({ version: 1, who: 'ada' });
    const next = await reader.push(second, by('joe', version.id));
    expect(next.version).toMatchObject({ version: 2, who: 'joe' });
    expect(await reader.files(next.version)).toEqual(second);
  });

  it('are pushed although the answer of the log was lost', async () => {
    let appends = 0;
    const lossy = new Proxy(opened.log, {
      get(target, name) {
        if (name === 'append') {
          return async (...given: Parameters<EventLog['append']>) => {
            const range = await target.append(...given);
            if (++appends === 2) throw new Error('no answer');
            return range;
          };
        }
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const { version } = await opened.another(lossy).push(first, by('ada', null));
    expect(version).toMatchObject({ version: 1, who: 'ada' });
  });

  it('say that a retention took their begin away, and are begun anew when forced', async () => {
    const { version } = await opened.versions.push(first, by('ada', null));
    const { version: second2 } = await opened.versions.push(second, by('ada', version.id));
    const { log } = opened;
    const cut = new Proxy(log, {
      get(target, name) {
        if (name === 'read') {
          return (...[topic, partition, offset, limit]: Parameters<EventLog['read']>) =>
            target.read(topic, partition, Math.max(offset, 3), limit);
        }
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const reader = opened.another(cut);
    await reader.refresh();
    expect(second2.version).toBe(2);
    expect(() => reader.newest()).toThrow(
      expect.objectContaining({ code: 'SKP_VERSIONS_DAMAGED', hint: expect.stringContaining('--force') }),
    );
    const anew = await reader.push(second, by('ben', 'newest'));
    expect(anew.version).toMatchObject({ version: 1, who: 'ben' });
    expect(await reader.files(anew.version)).toEqual(second);
  });

  it('bring back the content of an old one as a new one', async () => {
    const { version } = await opened.versions.push(first, by('ada', null));
    const rolled = await opened.versions.push(second, by('ada', version.id));
    const back = await opened.versions.push(first, { ...by('ada', rolled.version.id), restores: 1 });
    expect(back.version).toMatchObject({ version: 3, restores: 1 });
    expect(await opened.versions.files(back.version)).toEqual(first);
  });

  it('name the version that there is not', async () => {
    await opened.versions.push(first, by('ada', null));
    expect(() => opened.versions.byNumber(7)).toThrow(
      expect.objectContaining({ code: 'SKP_VERSIONS_UNKNOWN', hint: expect.stringContaining('1 to 1') }),
    );
  });

  describe('made of hostile or damaged records', () => {
    const put = (key: Buffer, value: unknown): Promise<unknown> =>
      opened.log.append(testTopic, 0, [
        { key, value: Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value)) },
      ]);
    const manifest = (id: string, base: string, files: object[]): object => ({
      format: 1,
      id,
      base,
      at: 1,
      who: 'mallory',
      why: 'why not',
      files,
    });
    const hash = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';

    it.each<[string, (id: string) => readonly object[]]>([
      ['a path that leads out', (id) => [{ path: '../x.json', sha256: hash, bytes: 4, in: id }]],
      ['code', (id) => [{ path: 'plugins/x.ts', sha256: hash, bytes: 4, in: id }]],
      ['cluster.json', (id) => [{ path: 'cluster.json', sha256: hash, bytes: 4, in: id }]],
      ['a file that is not there', (id) => [{ path: 'objects/y.json', sha256: hash, bytes: 4, in: id }]],
      [
        'another hash',
        (id) => [{ path: 'objects/x.json', sha256: hash.replace('9', '8'), bytes: 4, in: id }],
      ],
      [
        'a file twice',
        (id) => [0, 1].map(() => ({ path: 'objects/x.json', sha256: hash, bytes: 4, in: id })),
      ],
    ])('do not count: %s', async (_, files) => {
      const { version } = await opened.versions.push(first, by('ada', null));
      const id = newPushId();
      for (const path of ['../x.json', 'plugins/x.ts', 'cluster.json', 'objects/x.json'])
        await put(fileKey(id, path), Buffer.from('test'));
      await put(versionKey(id), manifest(id, version.id, [...files(id)]));
      await put(Buffer.from('anything'), { else: true });
      await put(versionKey(newPushId()), Buffer.from('{"format":1,'));
      await opened.versions.refresh();
      expect(opened.versions.newest().version).toBe(1);
      // What is as it should be counts: the records above are not refused for something else.
      const good = newPushId();
      await put(fileKey(good, 'objects/x.json'), Buffer.from('test'));
      await put(
        versionKey(good),
        manifest(good, version.id, [{ path: 'objects/x.json', sha256: hash, bytes: 4, in: good }]),
      );
      await opened.versions.refresh();
      expect(opened.versions.newest()).toMatchObject({ version: 2, who: 'mallory' });
    });

    it('are shown without what would steer a terminal', async () => {
      await opened.versions.push(first, by('a\x1b[2Jda', null, 'one\n\x9btwo\tthree'));
      expect(opened.versions.newest()).toMatchObject({ who: 'a\ufffd[2Jda', why: 'one\n\ufffdtwo\tthree' });
    });

    it('of a newer program keep this one from pushing over them', async () => {
      const { version } = await opened.versions.push(first, by('ada', null));
      const id = newPushId();
      const newer = writeManifest({
        format: 1,
        id,
        base: version.id,
        at: 1,
        who: 'a',
        why: 'b',
        files: [],
      });
      await put(versionKey(id), { ...JSON.parse(newer.toString()), format: 2 });
      await expect(opened.versions.push(second, by('ada', 'newest'))).rejects.toMatchObject({
        code: 'SKP_VERSIONS_OUTDATED',
        message: expect.stringContaining('newer Skopos'),
      });
      expect(opened.versions.newer).toBe(1);
    });
  });
});
