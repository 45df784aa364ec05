/**
 * The servers that lead to HBase, one used at a time: another one when it does not answer, and a state "down" when none does, in which
 * nobody has to find out for himself. A probe, tried less and less often, ends it.
 */
import { StoreError } from '../store-error.ts';
import { HBaseFault, type HBaseGateway } from './gateway.ts';

export interface ServersOptions {
  readonly name: string;
  readonly gateways: readonly HBaseGateway[];
  /** Reads something small: whether HBase answers, not only the server before it. */
  readonly probe: (gateway: HBaseGateway) => Promise<unknown>;
}

export interface Outage {
  readonly since: number;
  readonly fault: HBaseFault;
}

/** Tries of one call before the servers count as down: one of them may just have ended, or a region be on its way. */
const tries = 3;
const shortestPauseMs = 100;
const longestPauseMs = 2_000;

export class HBaseServers {
  readonly #options: ServersOptions;
  readonly #timers = new Set<{ readonly timer: NodeJS.Timeout; readonly resolve: () => void }>();
  #current = 0;
  #down: Outage | null = null;
  #up: Promise<void> = Promise.resolve();
  #closed = false;
  #abandoned = false;
  outages = 0;
  onChange: () => void = () => undefined;

  constructor(options: ServersOptions) {
    this.#options = options;
    // Many workers share out the servers.
    this.#current = Math.floor(Math.random() * options.gateways.length);
  }

  get down(): Outage | null {
    return this.#down;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Runs a call that may be run again. With `wait` it is tried until it succeeds or is refused.
   *
   * @throws HBaseFault for what HBase refuses, StoreError (`SKP_STORE_UNAVAILABLE`, `SKP_STORE_CLOSED`)
   */
  async run<T>(doing: string, call: (gateway: HBaseGateway) => Promise<T>, wait = false): Promise<T> {
    const { gateways } = this.#options;
    for (let attempt = 1; ; attempt++) {
      if (this.#closed || (wait && this.#abandoned)) throw this.closedError();
      if (this.#down !== null) {
        if (!wait) throw this.#unavailable(doing, this.#down.fault);
        await this.#up;
        continue;
      }
      const at = this.#current;
      try {
        return await call(gateways[at]!);
      } catch (error) {
        if (!(error instanceof HBaseFault) || error.kind !== 'unavailable') throw error;
        if (this.#closed) throw this.closedError();
        // Whoever finds out first moves on for all.
        if (this.#current === at) this.#current = (at + 1) % gateways.length;
        // What did not answer in time took its time already.
        const slow = /no answer within/.test(error.message);
        if (slow || attempt % Math.max(tries, gateways.length) === 0) this.#lost(error);
        else await this.#pause(shortestPauseMs * attempt);
      }
    }
  }

  /** Ends all waiting. Calls that need not wait still work. */
  abandon(): void {
    this.#abandoned = true;
    this.#wakeAll();
  }

  close(): void {
    this.#closed = true;
    this.#wakeAll();
    for (const gateway of this.#options.gateways) gateway.close();
  }

  closedError(): StoreError {
    return new StoreError('SKP_STORE_CLOSED', `The key-value store of ${this.#options.name} is closed`);
  }

  #unavailable(doing: string, fault: HBaseFault): StoreError {
    return new StoreError(
      'SKP_STORE_UNAVAILABLE',
      `${doing}: ${this.#options.name} does not answer (${fault.message})`,
      {
        cause: fault,
        hint: 'Look whether HBase and its Thrift or REST server run, and whether they can be reached.',
      },
    );
  }

  #lost(fault: HBaseFault): void {
    if (this.#down !== null || this.#closed) return;
    this.#down = { since: Date.now(), fault };
    this.outages++;
    this.#up = this.#probe();
    this.onChange();
  }

  async #probe(): Promise<void> {
    const { gateways, probe } = this.#options;
    for (let attempt = 0; !this.#closed; attempt++) {
      await this.#pause(Math.min(shortestPauseMs * 2 ** attempt, longestPauseMs));
      if (this.#abandoned) break;
      for (const [at, gateway] of gateways.entries()) {
        if (this.#closed) return;
        try {
          await probe(gateway);
        } catch (error) {
          // Only the table is missing: HBase answers.
          if (!(error instanceof HBaseFault) || error.kind === 'unavailable') continue;
        }
        this.#current = at;
        this.#down = null;
        this.onChange();
        return;
      }
    }
  }

  /** Longer or shorter by a quarter, so that many workers do not come at once. */
  #pause(ms: number): Promise<void> {
    if (this.#closed || this.#abandoned) return Promise.resolve();
    return new Promise((resolve) => {
      const waiting = {
        resolve,
        timer: setTimeout(
          () => {
            this.#timers.delete(waiting);
            resolve();
          },
          ms * (0.75 + Math.random() / 2),
        ),
      };
      this.#timers.add(waiting);
    });
  }

  #wakeAll(): void {
    for (const { timer, resolve } of this.#timers) {
      clearTimeout(timer);
      resolve();
    }
    this.#timers.clear();
  }
}
