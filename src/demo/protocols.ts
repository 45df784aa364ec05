/** Connections with what Zeek tells of their application protocol. */

import { hostNamed } from './company.ts';
import type { ZeekEnds } from './format/zeek.ts';
import type { Site } from './outside.ts';
import { outside, type Peer, type Recorder } from './recorder.ts';

const recordTypes = { A: 1, AAAA: 28, PTR: 12, MX: 15 } as const;

/** A question to a domain controller, and its answer. No answers: the name does not exist. */
export function dnsLookup(
  log: Recorder,
  time: number,
  source: Peer,
  query: string,
  type: keyof typeof recordTypes,
  answers: readonly string[],
): void {
  const { random } = log.scene;
  const target = hostNamed(random.chance(0.8) ? 'dc01' : 'dc02');
  const rtt = random.between(0.4, 30);
  const ends = log.connection({
    begun: time,
    durationMs: rtt,
    source,
    target,
    targetPort: 53,
    protocol: 'udp',
    service: 'dns',
    sent: query.length + 18,
    received: query.length + 18 + answers.length * 16,
  });
  log.zeek('dns', time + rtt, time, ends, {
    proto: 'udp',
    trans_id: random.whole(1, 65_535),
    rtt: Math.round(rtt * 1000) / 1_000_000,
    query,
    qclass: 1,
    qclass_name: 'C_INTERNET',
    qtype: recordTypes[type],
    qtype_name: type,
    rcode: answers.length === 0 ? 3 : 0,
    rcode_name: answers.length === 0 ? 'NXDOMAIN' : 'NOERROR',
    AA: false,
    TC: false,
    RD: true,
    RA: true,
    Z: 0,
    ...(answers.length === 0 ? {} : { answers, TTLs: answers.map(() => random.pick([60, 300, 3600])) }),
    rejected: false,
  });
}

/** Fingerprints of the client's greeting (JA3) of the browsers in the house. */
export const browserFingerprints: readonly string[] = [
  'b32309a26951912be7dba376398abc3b',
  '579ccef312d18482fc42e2b822ca2430',
  'aa56c057ad164ec4fdcb7a5a283be9fc',
];

export interface TlsGreeting {
  readonly serverName: string;
  readonly ja3: string;
  readonly version: 'TLSv12' | 'TLSv13' | 'TLSv10';
  readonly validation: 'ok' | 'self signed certificate';
}

export function tls(log: Recorder, time: number, ends: ZeekEnds, greeting: TlsGreeting): void {
  const ciphers = {
    TLSv10: 'TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA',
    TLSv12: 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
    TLSv13: 'TLS_AES_128_GCM_SHA256',
  } as const;
  log.zeek('ssl', time + 60, time, ends, {
    version: greeting.version,
    cipher: ciphers[greeting.version],
    curve: 'x25519',
    server_name: greeting.serverName,
    resumed: false,
    established: true,
    ssl_history: 'CsxknGIi',
    validation_status: greeting.validation,
    ja3: greeting.ja3,
  });
}

export interface PageVisit {
  readonly source: Peer;
  readonly site: Pick<Site, 'host' | 'ip' | 'contentType' | 'plain'>;
  readonly path: string;
  readonly method: 'GET' | 'POST';
  readonly sent: number;
  readonly received: number;
  readonly elapsedMs: number;
  readonly status?: number;
  readonly cached?: boolean;
  readonly fingerprint?: string;
}

/** A page or a part of one, fetched through the proxy, which stands in the way unseen and looks into TLS. */
export function visit(log: Recorder, time: number, made: PageVisit): ZeekEnds {
  const { source, site, path, method, sent, received, elapsedMs, status = 200 } = made;
  const { random } = log.scene;
  const scheme = site.plain === true ? 'http' : 'https';
  const end = time + elapsedMs;
  const ends = log.connection({
    begun: time,
    durationMs: elapsedMs,
    source,
    target: outside(site.ip),
    targetPort: site.plain === true ? 80 : 443,
    service: site.plain === true ? 'http' : 'ssl',
    sent,
    received,
  });
  if (site.plain === true) {
    log.zeek('http', end, time, ends, {
      trans_depth: 1,
      method,
      host: site.host,
      uri: path,
      version: '1.1',
      user_agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
      request_body_len: method === 'POST' ? sent : 0,
      response_body_len: received,
      status_code: status,
      status_msg: status === 200 ? 'OK' : 'Found',
      tags: [],
      resp_mime_types: [site.contentType],
    });
  } else {
    tls(log, time, ends, {
      serverName: site.host,
      ja3: made.fingerprint ?? random.pick(browserFingerprints),
      version: random.chance(0.8) ? 'TLSv13' : 'TLSv12',
      validation: 'ok',
    });
  }
  log.squid(end, {
    elapsedMs,
    client: source.ip,
    result: made.cached === true ? 'TCP_MEM_HIT' : 'TCP_MISS',
    status,
    bytes: received,
    method,
    url: `${scheme}://${site.host}${path}`,
    peer: site.ip,
    contentType: site.contentType,
  });
  return ends;
}
