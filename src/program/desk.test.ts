import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createGrokWorkbench, createStellarWorkbench } from '../workbench/index.ts';
import { Desk, type DeskOptions } from './desk.ts';

const desks: Desk[] = [];
afterEach(async () => {
  for (const desk of desks.splice(0)) await desk.close();
});

function openDesk(more: Partial<DeskOptions> = {}): Desk {
  const folder = (): null => null;
  const desk = new Desk({
    grok: createGrokWorkbench(folder),
    stellar: createStellarWorkbench(),
    folder,
    ...more,
  });
  desks.push(desk);
  return desk;
}

const parserConfig = (...expressions: string[]): object => ({
  parserClassName: 'org.apache.metron.parsers.json.JSONMapParser',
  sensorTopic: 'x',
  fieldTransformations: [
    {
      transformation: 'STELLAR',
      output: expressions.map((_, index) => `o${index}`),
      config: Object.fromEntries(expressions.map((expression, index) => [`o${index}`, expression])),
    },
  ],
});

describe('the desk', { timeout: 60_000 }, () => {
  it('answers as the workbenches do', async () => {
    const { grok, stellar } = openDesk();
    expect(await grok.validate('LOGIN %{IP:ip} %{WORD:user}', 'LOGIN', '10.0.0.1 bob')).toEqual({
      ip: '10.0.0.1',
      user: 'bob',
    });
    expect(await stellar.transform({ a: 'x' }, parserConfig('TO_UPPER(a)'))).toEqual({ a: 'x', o0: 'X' });
  });

  it('says what is wrong and where, as the workbenches do', async () => {
    const { stellar } = openDesk();
    await expect(stellar.explain('1 + ', {})).rejects.toMatchObject({
      code: 'SKP_STELLAR_SYNTAX',
      position: { offset: expect.any(Number), line: 1 },
      caret: expect.any(String),
    });
  });

  it('gives up what takes long, goes on with what waits, and keeps the main thread free meanwhile', async () => {
    const { stellar } = openDesk({ timeLimit: 500 });
    await stellar.validate(['a']);
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const slow = `REGEXP_MATCH('${'a'.repeat(40)}!','(?=(a+)+$)b')`;
    const hog = expect(
      stellar.transform({}, parserConfig(...Array.from({ length: 50 }, () => slow))),
    ).rejects.toMatchObject({ code: 'SKP_DESK_TIME' });
    const next = stellar.validate(['a', 'b(']);
    await hog;
    expect(await next).toEqual({ a: true, 'b(': false });
    delay.disable();
    expect(delay.max / 1e6).toBeLessThan(400);
  });

  it('refuses more than it can have waiting', async () => {
    const { stellar } = openDesk();
    const all = await Promise.allSettled(Array.from({ length: 60 }, () => stellar.validate(['a'])));
    const refused = all.filter(({ status }) => status === 'rejected');
    expect(refused.length).toBe(10);
    expect(refused[0]).toMatchObject({ reason: { code: 'SKP_DESK_BUSY' } });
  });

  it('runs only while there is something to do', async () => {
    const desk = openDesk({ idleLimit: 20 });
    expect(desk.isRunning).toBe(false);
    await desk.stellar.validate(['a']);
    expect(desk.isRunning).toBe(true);
    await vi.waitFor(() => expect(desk.isRunning).toBe(false), { timeout: 10_000 });
    expect(await desk.stellar.validate(['a'])).toEqual({ a: true });
  });

  it('fails what is under way when it is closed', async () => {
    const desk = openDesk();
    const failed = expect(desk.stellar.validate(['a'])).rejects.toMatchObject({ code: 'SKP_DESK_BUSY' });
    await desk.close();
    await failed;
  });
});
