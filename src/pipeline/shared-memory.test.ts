import { expect, it } from 'vitest';
import { SharedMemory } from './shared-memory.ts';

it('is used again when its batch was written, and not before', () => {
  const memory = new SharedMemory();
  const first = memory.take(100_000);
  const other = memory.take(100_000);
  expect(other).not.toBe(first);
  memory.handOn();
  const second = memory.take(100_000);
  expect([first, other]).not.toContain(second);
  memory.handOn();
  memory.written(1);
  expect([first, other]).toContain(memory.take(100_000));
  expect([first, other]).toContain(memory.take(90_000));
  expect([first, other, second]).not.toContain(memory.take(90_000));
});

it('is large enough, and not far too large', () => {
  const memory = new SharedMemory();
  const large = memory.take(10_000_000);
  memory.handOn();
  memory.written(1);
  expect(memory.take(1_000)).not.toBe(large);
  const fitting = memory.take(9_000_000);
  expect(fitting).toBe(large);
  for (const bytes of [0, 1, 65_536, 65_537, 1_234_567, 40_000_000])
    expect(memory.take(bytes).byteLength).toBeGreaterThanOrEqual(bytes);
});

it('does not pile up when sizes change', () => {
  const memory = new SharedMemory();
  const kept = new Set<SharedArrayBuffer>();
  for (let round = 0; round < 1_000; round++) {
    kept.add(memory.take(70_000 + round * 500));
    memory.handOn();
    memory.written(1);
  }
  expect(memory.free).toBeLessThanOrEqual(64);
});
