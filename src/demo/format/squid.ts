/** Squid's native access.log: time, elapsed, client, result, bytes, method, URL, user, hierarchy, type. */
import { seconds } from './dates.ts';

export interface SquidRequest {
  readonly elapsedMs: number;
  readonly client: string;
  readonly result: string;
  readonly status: number;
  readonly bytes: number;
  readonly method: string;
  readonly url: string;
  readonly peer: string;
  readonly contentType: string;
}

/** `epoch`: when the answer was through. The elapsed time is padded to six places, as Squid does. */
export function squidLine(epoch: number, request: SquidRequest): string {
  const { elapsedMs, client, result, status, bytes, method, url, peer, contentType } = request;
  const elapsed = String(Math.round(elapsedMs)).padStart(6, ' ');
  const hierarchy = result.includes('HIT') ? 'HIER_NONE/-' : `HIER_DIRECT/${peer}`;
  return `${seconds(epoch)} ${elapsed} ${client} ${result}/${status} ${bytes} ${method} ${url} - ${hierarchy} ${contentType}`;
}
