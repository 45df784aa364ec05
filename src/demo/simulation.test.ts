import { describe, expect, it } from 'vitest';
import { type DemoEvent, sensors, storyNames } from './event.ts';
import { createSimulation, type SimulationOptions } from './simulation.ts';

const start = Date.UTC(2026, 10, 5, 9, 30);
const common: SimulationOptions = { seed: 'a', start, rate: 40, speed: 1 };

function first(count: number, options: Partial<SimulationOptions> = {}): DemoEvent[] {
  return createSimulation({ ...common, ...options })
    [Symbol.iterator]()
    .take(count)
    .toArray();
}

function until(seconds: number, options: Partial<SimulationOptions> = {}): DemoEvent[] {
  const events: DemoEvent[] = [];
  for (const event of createSimulation({ ...common, ...options })) {
    if (event.at > start + seconds * 1000) return events;
    events.push(event);
  }
  return events;
}

describe('the simulation', () => {
  it('gives the same events for the same seed', () => {
    expect(first(3_000)).toEqual(first(3_000));
  });

  it('gives other events for another seed', () => {
    expect(first(100, { seed: 'b' })).not.toEqual(first(100));
  });

  it('gives events in the order of time', () => {
    const times = first(5_000).map((event) => event.at);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it('gives the same ordinary traffic with and without stories', () => {
    const told = until(120).filter((event) => event.story === null);
    expect(told).toEqual(until(120, { stories: false }));
  });

  it('shows every kind of traffic within the first minute', () => {
    expect(new Set(until(60).map((event) => event.sensor))).toEqual(new Set(sensors));
  });

  it('begins the first story within five seconds and has told of all five within four minutes', () => {
    expect(until(5).some((event) => event.story === 'phishing')).toBe(true);
    const told = new Set(until(240).map((event) => event.story));
    for (const story of storyNames) expect(told).toContain(story);
  });

  it('goes on: the stories come back with the next attacker', () => {
    const text = until(640)
      .filter((event) => event.story === 'phishing')
      .map((event) => event.line)
      .join('\n');
    expect(text).toContain('fj0rdlight.example');
    expect(text).toContain('nordqu4y.example');
  });

  it.each([10, 200])('keeps a rate of %i events a second in working hours', (rate) => {
    const events = until(120, { rate, stories: false });
    expect(events.length / 120 / rate).toBeGreaterThan(0.8);
    expect(events.length / 120 / rate).toBeLessThan(1.25);
  });

  it('is busier at noon than at night', () => {
    // An hour of the company passes in a minute: it begins before nine, and three at night is 19 minutes away.
    const morning = until(60, { stories: false }).length;
    const night = until(20 * 60, { stories: false }).filter((event) => event.at > start + 19 * 60_000).length;
    expect(night).toBeLessThan(morning / 2);
    expect(night).toBeGreaterThan(0);
  });

  it('tells its stories in half of the time at twice the speed, at the same rate', () => {
    const last = (speed: number): number =>
      until(300, { speed }).findLast((event) => event.story === 'data leaving')!.at - start;
    expect(last(2)).toBeLessThan(last(1) * 0.55);
    const perMinute = until(60, { speed: 2, stories: false }).length;
    expect(perMinute / 60 / common.rate).toBeGreaterThan(0.8);
    expect(perMinute / 60 / common.rate).toBeLessThan(1.3);
  });

  it('lets what is yet to be made happen later', () => {
    const simulation = createSimulation({ ...common, stories: false });
    const events = simulation[Symbol.iterator]();
    events.next();
    simulation.delay(3_600_000);
    const later = Array.from({ length: 200 }, () => events.next().value as DemoEvent);
    expect(later.at(-1)!.at).toBeGreaterThan(start + 3_600_000);
  });

  it('writes lines without line ends', () => {
    for (const { line } of first(5_000)) expect(line).not.toMatch(/[\r\n]/);
  });
});
