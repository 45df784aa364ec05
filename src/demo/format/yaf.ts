/** Flows as `yafscii --tabular` prints them. */
import { yafTime } from './dates.ts';

export interface YafFlow {
  readonly begun: number;
  readonly ended: number;
  readonly roundTripMs: number;
  readonly protocol: number;
  readonly sourceIp: string;
  readonly sourcePort: number;
  readonly targetIp: string;
  readonly targetPort: number;
  readonly sequence: string;
  readonly reverseSequence: string;
  readonly packets: number;
  readonly bytes: number;
  readonly reversePackets: number;
  readonly reverseBytes: number;
  readonly application: number;
}

export function yafLine(flow: YafFlow): string {
  const tcp = flow.protocol === 6;
  const flags = tcp ? ['S', 'APF', 'AS', 'APF'] : ['0', '0', '0', '0'];
  return [
    yafTime(flow.begun),
    yafTime(flow.ended),
    ((flow.ended - flow.begun) / 1000).toFixed(3).padStart(10),
    (flow.roundTripMs / 1000).toFixed(3).padStart(8),
    String(flow.protocol).padStart(3),
    flow.sourceIp.padStart(40),
    String(flow.sourcePort).padStart(5),
    flow.targetIp.padStart(40),
    String(flow.targetPort).padStart(5),
    ...flags.map((flag) => flag.padStart(8)),
    tcp ? flow.sequence : '00000000',
    tcp ? flow.reverseSequence : '00000000',
    '000',
    '000',
    String(flow.packets).padStart(8),
    String(flow.bytes).padStart(8),
    String(flow.reversePackets).padStart(8),
    String(flow.reverseBytes).padStart(8),
    String(flow.application).padStart(5),
    tcp ? '' : 'idle ',
  ].join('|');
}
