/** Hands lines to the listeners of a running Skopos: syslog over UDP and TCP where it has such a listener, HTTP for the rest. */
import dgram from 'node:dgram';
import net from 'node:net';
import { SkoposError } from '../errors.ts';
import type { DemoEvent, Sensor } from './event.ts';

export interface Listening {
  /** `syslog-udp` and `syslog-tcp` are sent to; others are reached over HTTP. */
  readonly kind: string;
  readonly sensor: string;
  /** `127.0.0.1:514`, `[::1]:514`. */
  readonly address: string;
}

export interface SenderOptions {
  /** Where the API is. */
  readonly url: string;
  /** Of someone who may send. */
  readonly token: string;
  readonly listeners: readonly Listening[];
  /** Waits; cut short by `signal`. */
  readonly signal: AbortSignal;
}

export interface Sender {
  /** Resolves when all are taken: for HTTP stored, for TCP and UDP given to the system. */
  send(events: readonly DemoEvent[]): Promise<void>;
  close(): Promise<void>;
}

interface Way {
  send(lines: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

export function createSender(options: SenderOptions): Sender {
  const ways = new Map<Sensor, Way>();

  function wayOf(sensor: Sensor): Way {
    let way = ways.get(sensor);
    if (way === undefined) {
      way = openWay(sensor, options);
      ways.set(sensor, way);
    }
    return way;
  }

  return {
    async send(events) {
      const bySensor = Map.groupBy(events, (event) => event.sensor);
      await Promise.all(
        [...bySensor].map(([sensor, list]) => wayOf(sensor).send(list.map((event) => event.line))),
      );
    },
    async close() {
      await Promise.all([...ways.values()].map((way) => way.close()));
    },
  };
}

function openWay(sensor: Sensor, options: SenderOptions): Way {
  const listener = options.listeners.find(
    (one) => one.sensor === sensor && (one.kind === 'syslog-udp' || one.kind === 'syslog-tcp'),
  );
  if (listener === undefined) return overHttp(sensor, options);
  const at = listener.address.lastIndexOf(':');
  const host = listener.address.slice(0, at).replace(/^\[|\]$/g, '');
  const port = Number(listener.address.slice(at + 1));
  return listener.kind === 'syslog-udp' ? overUdp(host, port) : overTcp(sensor, host, port);
}

function overUdp(host: string, port: number): Way {
  const socket = dgram.createSocket(host.includes(':') ? 'udp6' : 'udp4');
  return {
    async send(lines) {
      // One after another: what is sent faster than it is read would be lost.
      for (const line of lines)
        await new Promise<void>((resolve, reject) =>
          socket.send(line, port, host, (error) => (error === null ? resolve() : reject(error))),
        );
    },
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

function overTcp(sensor: Sensor, host: string, port: number): Way {
  let socket: net.Socket | null = null;
  let problem: Error | null = null;
  const connect = (): Promise<net.Socket> =>
    new Promise((resolve, reject) => {
      const fresh = net.connect({ host, port }, () => resolve(fresh));
      fresh.on('error', (error) => {
        problem = error;
        reject(error);
      });
      fresh.on('close', () => {
        if (socket === fresh) socket = null;
      });
    });
  return {
    async send(lines) {
      try {
        socket ??= await connect();
        const open = socket;
        // Called when the system has taken it: it does not while the listener is behind.
        await new Promise<void>((resolve, reject) =>
          open.write(`${lines.join('\n')}\n`, (error) => (error ? reject(error) : resolve())),
        );
      } catch (error) {
        throw unreachable(sensor, `${host}:${port}`, problem ?? error);
      }
    },
    close: () =>
      new Promise((resolve) => {
        if (socket === null) resolve();
        else socket.end(() => resolve());
      }),
  };
}

function overHttp(sensor: Sensor, { url, token, signal }: SenderOptions): Way {
  const target = new URL(`/api/v1/ingest/${sensor}`, url);
  return {
    async send(lines) {
      let left = lines;
      while (left.length > 0) {
        let response: Response;
        try {
          response = await fetch(target, {
            method: 'POST',
            headers: { authorization: `Bearer ${token}`, 'content-type': 'text/plain' },
            body: left.join('\n'),
            signal,
          });
        } catch (error) {
          if (signal.aborted) return;
          throw unreachable(sensor, url, error);
        }
        const answer = await response.text();
        if (response.ok) return;
        if (response.status !== 429 && response.status !== 503)
          throw new SkoposError('SKP_DEMO_REFUSED', `${url} does not take events of ${sensor}: ${answer}`, {
            hint: 'Does it run with the configuration in examples/demo/config?',
          });
        left = left.slice(acceptedOf(answer));
        await wait(Number(response.headers.get('retry-after') ?? 1) * 1000, signal);
      }
    },
    close: async () => undefined,
  };
}

/** Records that are stored although the answer is a refusal: they are not sent again. */
function acceptedOf(answer: string): number {
  const { accepted = 0, rejected = 0 } = JSON.parse(answer) as { accepted?: number; rejected?: number };
  return accepted + rejected;
}

function unreachable(sensor: Sensor, where: string, cause: unknown): SkoposError {
  return new SkoposError('SKP_DEMO_SEND', `Events of ${sensor} cannot be sent to ${where}`, {
    hint: 'Is Skopos still running there?',
    cause,
  });
}

/** Resolves after so many milliseconds, or at once when the signal says stop. */
export function wait(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted || ms <= 0) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
