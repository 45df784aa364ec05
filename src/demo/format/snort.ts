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
  readonly sequence: string;
  readonly acknowledgement: string;
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
    `0x${(length + 54).toString(16).toUpperCase()}`,
    '***AP***',
    `0x${alert.sequence.toUpperCase()}`,
    `0x${alert.acknowledgement.toUpperCase()}`,
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
