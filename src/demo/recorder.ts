/** Collects what the sensors of the company write about one activity: each sensor sees the same connection in its own way. */
import type { Host } from './company.ts';
import { publicAddress } from './company.ts';
import type { DemoEvent, Sensor, StoryName } from './event.ts';
import * as asa from './format/asa.ts';
import { type SnortAlert, snortLine } from './format/snort.ts';
import { type SquidRequest, squidLine } from './format/squid.ts';
import { syslogLine } from './format/syslog.ts';
import { yafLine } from './format/yaf.ts';
import { type ZeekEnds, zeekLine, zeekUid } from './format/zeek.ts';
import type { Scene } from './scene.ts';

export type Peer = Pick<Host, 'ip' | 'mac' | 'publicIp'> & { readonly zone: Host['zone'] | 'outside' };

/** What the IDS sees as the sender of all that comes from outside: the firewall's inner side. */
const edgeMac = '02:4C:0A:14:00:01';

export function outside(ip: string): Peer {
  return { ip, mac: edgeMac, zone: 'outside' };
}

export interface Connection {
  /** Milliseconds since the start of the demo. */
  readonly begun: number;
  readonly durationMs: number;
  readonly source: Peer;
  readonly target: Peer;
  readonly targetPort: number;
  readonly protocol?: 'tcp' | 'udp';
  /** As Zeek names it; absent when it recognises none. */
  readonly service?: string;
  /** Payload bytes of the source and of the target. */
  readonly sent: number;
  readonly received: number;
}

/** A signature of the IDS; the texts are the company's own. */
export interface Signature {
  readonly id: number;
  readonly message: string;
}

export class Recorder {
  readonly events: DemoEvent[] = [];
  readonly scene: Scene;
  readonly #story: StoryName | null;

  constructor(scene: Scene, story: StoryName | null) {
    this.scene = scene;
    this.#story = story;
  }

  /** A line that is written at `time`, milliseconds since the start of the demo. */
  add(time: number, sensor: Sensor, line: string): void {
    this.events.push({ at: this.scene.epoch(time), sensor, line, story: this.#story });
  }

  /** A connection, as Zeek, YAF and, when it crosses it, the firewall tell of it. */
  connection(made: Connection): ZeekEnds {
    const { random } = this.scene;
    const { source, target, targetPort } = made;
    const ends = {
      uid: zeekUid(random),
      sourceIp: source.ip,
      sourcePort: random.whole(49_152, 65_535),
      targetIp: target.ip,
      targetPort,
    };
    this.#zeekConnection(made, ends);
    this.#flow(made, ends);
    if (zoneOf(source) !== zoneOf(target)) this.#firewall(made, ends);
    return ends;
  }

  /** A record of another log of Zeek's about a connection. */
  zeek(
    log: string,
    time: number,
    begun: number,
    ends: ZeekEnds,
    fields: Readonly<Record<string, unknown>>,
  ): void {
    const { scene } = this;
    this.add(time, 'zeek', zeekLine(log, scene.epoch(time), scene.epoch(begun), ends, fields));
  }

  squid(time: number, request: SquidRequest): void {
    this.add(time, 'squid', squidLine(this.scene.epoch(time), request));
  }

  syslog(
    time: number,
    facility: Parameters<typeof syslogLine>[1],
    severity: Parameters<typeof syslogLine>[2],
    host: string,
    tag: string,
    text: string,
  ): void {
    this.add(time, 'syslog', syslogLine(this.scene.epoch(time), facility, severity, host, tag, text));
  }

  snort(time: number, signature: Signature, source: Peer, target: Peer, ends: ZeekEnds): void {
    const { random } = this.scene;
    const alert: SnortAlert = {
      signature: signature.id,
      revision: 1,
      message: signature.message,
      sourceIp: source.ip,
      sourcePort: ends.sourcePort,
      sourceMac: source.mac,
      targetIp: target.ip,
      targetPort: ends.targetPort,
      targetMac: target.mac,
      sequence: random.whole(1, 0xffffffff),
      acknowledgement: random.whole(1, 0xffffffff),
      id: random.whole(1, 65_535),
      length: random.whole(60, 1400),
    };
    this.add(time, 'snort', snortLine(this.scene.epoch(time), alert));
  }

  /** In the order in which they are written. */
  sorted(): readonly DemoEvent[] {
    return this.events.sort((a, b) => a.at - b.at);
  }

  #zeekConnection(made: Connection, ends: ZeekEnds): void {
    const { protocol = 'tcp', service, sent, received, source, target } = made;
    const tcp = protocol === 'tcp';
    const [sentPackets, receivedPackets] = [packetsOf(sent, tcp), packetsOf(received, tcp)];
    const headers = tcp ? 52 : 28;
    const end = made.begun + made.durationMs;
    this.zeek('conn', end, made.begun, ends, {
      proto: protocol,
      ...(service === undefined ? {} : { service }),
      duration: Math.round(made.durationMs * 1000) / 1_000_000,
      orig_bytes: sent,
      resp_bytes: received,
      conn_state: 'SF',
      local_orig: source.zone !== 'outside',
      local_resp: target.zone !== 'outside',
      missed_bytes: 0,
      history: tcp ? 'ShADadFf' : 'Dd',
      orig_pkts: sentPackets,
      orig_ip_bytes: sent + sentPackets * headers,
      resp_pkts: receivedPackets,
      resp_ip_bytes: received + receivedPackets * headers,
    });
  }

  #flow(made: Connection, ends: ZeekEnds): void {
    const { random } = this.scene;
    const tcp = made.protocol !== 'udp';
    const [packets, reversePackets] = [packetsOf(made.sent, tcp), packetsOf(made.received, tcp)];
    const headers = tcp ? 52 : 28;
    const end = made.begun + made.durationMs;
    const begun = this.scene.epoch(made.begun);
    this.add(
      end,
      'yaf',
      yafLine({
        begun,
        // What the sensors measure is not shortened when the demo is played faster.
        ended: begun + made.durationMs,
        roundTripMs: Math.min(made.durationMs, random.between(0.3, 40)),
        protocol: tcp ? 6 : 17,
        ...ends,
        sequence: random.hex(8),
        reverseSequence: random.hex(8),
        packets,
        bytes: made.sent + packets * headers,
        reversePackets,
        reverseBytes: made.received + reversePackets * headers,
        application: applications.has(made.targetPort) ? made.targetPort : 0,
      }),
    );
  }

  #firewall(made: Connection, ends: ZeekEnds): void {
    const inbound = trust(made.source) < trust(made.target);
    // Addresses are translated towards the internet alone.
    const internal = made.source.zone !== 'outside' && made.target.zone !== 'outside';
    const at = (peer: Peer, port: number): asa.AsaEndpoint =>
      internal ? { zone: zoneOf(peer), ip: peer.ip, port } : asaEnd(peer, port);
    const source = at(made.source, ends.sourcePort);
    const target = at(made.target, ends.targetPort);
    const [outer, inner] = inbound ? [source, target] : [target, source];
    const id = this.scene.nextConnection();
    const protocol = made.protocol === 'udp' ? 'UDP' : 'TCP';
    const ended = made.begun + made.durationMs;
    const { scene } = this;
    const direction = inbound ? 'inbound' : 'outbound';
    this.add(made.begun, 'asa', asa.built(scene.epoch(made.begun), id, protocol, direction, outer, inner));
    const bytes = made.sent + made.received;
    this.add(
      ended,
      'asa',
      asa.teardown(scene.epoch(ended), id, protocol, outer, inner, made.durationMs, bytes),
    );
  }
}

const applications = new Set([22, 25, 53, 80, 443, 445, 3389]);

function packetsOf(bytes: number, tcp: boolean): number {
  return (tcp ? 4 : 0) + Math.max(1, Math.ceil(bytes / 1400));
}

export function zoneOf(peer: Peer): 'inside' | 'dmz' | 'outside' {
  return peer.zone === 'outside' || peer.zone === 'dmz' ? peer.zone : 'inside';
}

/** The ASA's security levels: what comes from a lower to a higher one is inbound. */
function trust(peer: Peer): number {
  return { outside: 0, dmz: 50, inside: 100 }[zoneOf(peer)];
}

export function asaEnd(peer: Peer, port: number): asa.AsaEndpoint {
  const zone = zoneOf(peer);
  const mappedIp = peer.publicIp ?? (zone === 'inside' ? publicAddress : peer.ip);
  return { zone, ip: peer.ip, port, mappedIp };
}
