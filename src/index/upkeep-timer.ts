import type { EventIndex } from './event-index.ts';

interface UpkeepSettings {
  readonly maintainEveryMs: number;
  readonly clock: () => number;
  readonly onError: (error: unknown) => void;
}

/** Upkeep that runs by itself, without keeping the process; none for 0 ms. */
export function upkeepTimer(
  index: Pick<EventIndex, 'maintain'>,
  { maintainEveryMs, clock, onError }: UpkeepSettings,
): NodeJS.Timeout | undefined {
  if (maintainEveryMs <= 0) return undefined;
  return setInterval(() => void index.maintain(clock()).catch(onError), maintainEveryMs).unref();
}
