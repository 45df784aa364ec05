/** What a worker does about a store whose servers may be away: says so, waits where that is configured, and gives up when it is to stop. */
import type { KeyValueStore, RemoteStatus } from '../store/index.ts';
import type { AtWork } from './at-work.ts';

export interface StoreWatch {
  /** The worker is to stop: it waits for no server any longer. */
  stop(): void;
  /** Whether waiting was ended: what the batch at hand came to is of no use, and it is worked again after the next start. */
  readonly gaveUp: boolean;
}

/** How often figures are told. */
const tellEveryMs = 1_000;

export function watchStore(
  store: KeyValueStore,
  atWork: AtWork,
  tell: (status: RemoteStatus) => void,
): StoreWatch {
  const { remote } = store;
  if (remote === undefined) return { stop: () => undefined, gaveUp: false };
  let stopping = false;
  let gaveUp = false;
  let told = '';
  const say = (): void => {
    const status = remote.status();
    const text = JSON.stringify(status);
    if (text === told) return;
    told = text;
    tell(status);
  };
  const changed = (): void => {
    const { down, onFailure } = remote.status();
    const waits = down !== null && onFailure === 'wait';
    atWork.waits(waits);
    if (waits && stopping) {
      gaveUp = true;
      remote.abandon();
    }
    say();
  };
  remote.attend(changed);
  const timer = setInterval(say, tellEveryMs).unref();
  return {
    stop() {
      stopping = true;
      clearInterval(timer);
      changed();
    },
    get gaveUp() {
      return gaveUp;
    },
  };
}
