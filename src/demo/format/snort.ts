/** Snort's alerts as CSV (`alert_csv` with its default columns, times with a year). */
import { snortTime } from './dates.ts';

export interface SnortAlert {
  readonly signature: number;
  readonly revision: number;
  readonly message: string;
  readonly sourceIp: string;
  readonly sourcePort: number;
  readonly sourceMac: string;
  readonly targetIp: string;
  readonly targetPort: number;
  readonly targetMac: string;
  readonly sequence: number;
  readonly acknowledgement: number;
  readonly id: number;
  readonly length: number;
}

export function snortLine(epoch: number, alert: SnortAlert): string {
  const { length } = alert;
  return [
    // Snort leaves a blank behind its time.
    `${snortTime(epoch)} `,
    1,
    alert.signature,
    alert.revision,
    `"${alert.message}"`,
    'TCP',
    alert.sourceIp,
    alert.sourcePort,
    alert.targetIp,
    alert.targetPort,
    alert.sourceMac,
    alert.targetMac,
    hex(length + 54),
    '***AP***',
    hex(alert.sequence),
    hex(alert.acknowledgement),
    '',
    '0x1F6',
    64,
    0,
    alert.id,
    length + 40,
    (length + 40) * 1024,
    '',
    '',
    '',
    '',
  ].join(',');
}

function hex(value: number): string {
  return `0x${value.toString(16).toUpperCase()}`;
}
