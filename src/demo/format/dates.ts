/** Times as log formats write them, in UTC, of epoch milliseconds. */

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const two = (value: number): string => String(value).padStart(2, '0');
const three = (value: number): string => String(value).padStart(3, '0');

function clock(date: Date): string {
  return `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
}

/** `Nov  5 09:30:01`, of RFC 3164. */
export function syslogTime(epoch: number): string {
  const date = new Date(epoch);
  return `${months[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2, ' ')} ${clock(date)}`;
}

/** `Nov 05 2026 09:30:01`, as a Cisco ASA with `logging timestamp` has it. */
export function asaTime(epoch: number): string {
  const date = new Date(epoch);
  return `${months[date.getUTCMonth()]} ${two(date.getUTCDate())} ${date.getUTCFullYear()} ${clock(date)}`;
}

/** `2026-11-05 09:30:01.250`, as yafscii prints it. */
export function yafTime(epoch: number): string {
  return new Date(epoch).toISOString().slice(0, 23).replace('T', ' ');
}

/** `11/05/26-09:30:01.250000`, as Snort with -y prints it. */
export function snortTime(epoch: number): string {
  const date = new Date(epoch);
  const day = `${two(date.getUTCMonth() + 1)}/${two(date.getUTCDate())}/${two(date.getUTCFullYear() % 100)}`;
  return `${day}-${clock(date)}.${three(date.getUTCMilliseconds())}000`;
}

/** `1793871001.250`: seconds since the epoch. */
export function seconds(epoch: number): string {
  return (epoch / 1000).toFixed(3);
}

/** `0:01:05`, a duration of milliseconds as a Cisco ASA prints it. */
export function asaDuration(ms: number): string {
  const total = Math.round(ms / 1000);
  return `${Math.floor(total / 3600)}:${two(Math.floor(total / 60) % 60)}:${two(total % 60)}`;
}
