/** What `skopos demo` shows: the address, each rule as it finds something first, and one line of state. */
import { styleText } from 'node:util';
import type { WireSearchResponse } from '../api/index.ts';
import type { Listening, PlayStatus } from '../demo/index.ts';
import { type LocalAccess, request } from './client.ts';

export interface DisplayOptions {
  readonly json: boolean;
  /** Alerts of events from this time on are counted, epoch milliseconds. */
  readonly since: number;
}

export interface Opening {
  readonly url: string;
  readonly signIn: { readonly username: string; readonly password: string } | null;
  readonly listeners: readonly Listening[];
}

const everyMs = 1_000;
/** Alerts below are counted, not told one by one. */
const toldFrom = 50;

export class DemoDisplay {
  readonly #access: LocalAccess;
  readonly #player: PlayStatus;
  readonly #options: DisplayOptions;
  readonly #told = new Set<string>();
  readonly #live = process.stdout.isTTY;
  #alerts = 0;
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<void> = Promise.resolve();

  constructor(access: LocalAccess, player: PlayStatus, options: DisplayOptions) {
    this.#access = access;
    this.#player = player;
    this.#options = options;
  }

  opening({ url, signIn, listeners }: Opening): void {
    if (this.#options.json) {
      this.#line(
        JSON.stringify({
          url,
          signIn,
          listeners: listeners.map(({ kind, sensor, address }) => ({ kind, sensor, address })),
        }),
      );
      return;
    }
    const bold = (text: string): string => styleText('bold', text);
    this.#line(`${bold('Fjordlight Marine is at work')}, and someone is after it.\n`);
    // The page shows a day unless told otherwise: too much for what began a moment ago.
    this.#line(`  Page      ${bold(new URL('/alerts?from=now-15m', url).href)}`);
    if (signIn !== null)
      this.#line(`  Sign in   ${bold(signIn.username)} with the password ${bold(signIn.password)}`);
    this.#line('\n  Stop with Ctrl-C\n');
  }

  start(): void {
    const look = (): void => {
      this.#looking = this.#look().finally(() => {
        if (this.#timer !== null) this.#timer = setTimeout(look, everyMs);
      });
    };
    this.#timer = setTimeout(look, everyMs);
  }

  /** Waits until what was sent last can be seen: until a look finds no more than the one before. */
  async settle(): Promise<void> {
    await this.#stopLooking();
    for (let before = -1, same = 0; same < 2; ) {
      await this.#look();
      same = this.#alerts === before ? same + 1 : 0;
      before = this.#alerts;
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  }

  async close(): Promise<void> {
    await this.#stopLooking();
    if (this.#live && !this.#options.json) process.stdout.write('\n');
  }

  async #stopLooking(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    await this.#looking;
  }

  async #look(): Promise<void> {
    let found: WireSearchResponse;
    try {
      found = await request<WireSearchResponse>(this.#access, 'POST', '/api/v1/search/search', {
        query: '*',
        size: 200,
        alertsOnly: true,
        timeRange: { from: this.#options.since - 1_000, to: null },
        sort: [{ field: 'timestamp', sortOrder: 'desc' }],
      });
    } catch {
      // The next look may find it there again; the player tells when it is gone for good.
      return;
    }
    this.#alerts = found.total;
    for (const { source } of found.results.toReversed()) this.#tell(source);
    this.#state();
  }

  #tell(alert: Readonly<Record<string, unknown>>): void {
    const score = Number(alert['threat.triage.score']);
    const name = String(alert['threat.triage.rules.0.name']);
    if (!(score >= toldFrom) || this.#told.has(name) || this.#options.json) return;
    this.#told.add(name);
    const time = new Date(Number(alert['timestamp'])).toTimeString().slice(0, 8);
    const reason = printable(String(alert['threat.triage.rules.0.reason']));
    const colour = score >= 75 ? 'red' : 'yellow';
    this.#line(
      `${styleText('dim', time)}  ${styleText(colour, String(Math.round(score)).padStart(3))}  ${styleText('bold', printable(name))}: ${reason}`,
    );
  }

  #state(): void {
    const { sent, lateMs } = this.#player;
    const stories = this.#player.underWay();
    if (this.#options.json) {
      this.#line(JSON.stringify({ sent, alerts: this.#alerts, stories, lateMs }));
      return;
    }
    if (!this.#live) return;
    const late = lateMs > 2_000 ? `, ${(lateMs / 1000).toFixed(0)} s behind` : '';
    const told = stories.length === 0 ? 'ordinary traffic' : stories.join(', ');
    const text = `${sent.toLocaleString('en')} events sent${late} · ${this.#alerts.toLocaleString('en')} alerts · under way: ${told}`;
    process.stdout.write(`\r\u001b[K${styleText('dim', text.slice(0, (process.stdout.columns ?? 120) - 1))}`);
  }

  #line(text: string): void {
    const clear = this.#live && !this.#options.json ? '\r\u001b[K' : '';
    process.stdout.write(`${clear}${text}\n`);
  }
}

/** Reasons quote what was sent: no control characters of it reach the terminal. */
function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '·');
}
