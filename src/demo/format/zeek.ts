/** Zeek's logs as JSON lines with the log's name in `_path`, as its json-streaming-logs package writes them. */
import type { Random } from '../random.ts';

const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** A connection's id: `C` and seventeen characters. */
export function zeekUid(random: Random): string {
  return `C${random.text(17, base62)}`;
}

export interface ZeekEnds {
  readonly uid: string;
  readonly sourceIp: string;
  readonly sourcePort: number;
  readonly targetIp: string;
  readonly targetPort: number;
}

/** `written` and `begun` are epoch milliseconds; Zeek's own times are seconds with microseconds. */
export function zeekLine(
  log: string,
  written: number,
  begun: number,
  ends: ZeekEnds,
  fields: Readonly<Record<string, unknown>>,
): string {
  return JSON.stringify({
    _path: log,
    _write_ts: inSeconds(written),
    ts: inSeconds(begun),
    uid: ends.uid,
    'id.orig_h': ends.sourceIp,
    'id.orig_p': ends.sourcePort,
    'id.resp_h': ends.targetIp,
    'id.resp_p': ends.targetPort,
    ...fields,
  });
}

/** Zeek prints six decimals, and JSON drops trailing zeros. */
export function inSeconds(ms: number): number {
  return Math.round(ms * 1000) / 1_000_000;
}
