import { describe, expect, test } from 'vitest';
import { runParser } from '../parser-harness.ts';

const moment = Date.UTC(2026, 2, 9, 8, 12, 44);

describe('FortiGate', () => {
  const line = (time: string) => `date=2026-03-09 time=08:12:44 ${time} type="traffic" srcip=10.0.0.1`;

  test.each([
    ['eventtime=1773043964', moment],
    ['eventtime=1773043964007', moment + 7],
    ['eventtime=1773043964007000', moment + 7],
    ['eventtime=1773043964007000000', moment + 7],
    ['tz="+0100"', moment - 3_600_000],
    ['', moment],
  ])('has the time of %j', (time, expected) => {
    expect(runParser('fortigate', {}, line(time)).messages).toMatchObject([{ timestamp: expected }]);
  });

  test.each([
    ['start', 'allowed'],
    ['ip-conn', 'allowed'],
    ['client-rst', 'allowed'],
    ['deny', 'denied'],
  ])('says of the action %s that it was %s', (action, type) => {
    expect(runParser('fortigate', {}, `${line('')} action="${action}"`).messages).toMatchObject([
      { 'event.type': type },
    ]);
  });

  test('keeps names as texts, digits or not', () => {
    expect(
      runParser('fortigate', {}, `${line('')} user=4711 policyid=5 logid=0000000013 sentbyte=7 srcport=80`)
        .messages,
    ).toMatchObject([
      { 'user.name': '4711', 'rule.id': '5', 'event.code': '0000000013', 'source.bytes': 7, ip_src_port: 80 },
    ]);
  });

  test('keeps escapes, words and pairs that come again', () => {
    const { messages } = runParser('fortigate', {}, `<13>Mar 9 fw ${line('')} msg="a \\"b\\" c" x=1 x=2`);
    expect(messages).toMatchObject([
      { message: 'a "b" c', 'fortinet.firewall.x': [1, 2], 'fortinet.text': expect.arrayContaining(['fw']) },
    ]);
  });

  test.each([
    'type="traffic"',
    'date=2026-03-09 time=08:12:44',
    'date=2026-02-30 time=08:12:44 type=a',
    'hello',
  ])('refuses %j', (text) => {
    expect(runParser('fortigate', {}, text).rejected).toEqual([text]);
  });
});

describe('what FortiOS did', () => {
  const run = (pairs: string) => runParser('fortigate', {}, `eventtime=1773043964 ${pairs}`).messages[0];

  // FortiOS Log Message Reference 7.6, 16384: what the actions of IPS mean.
  test.each([
    ['detected', 'info'],
    ['dropped', 'denied'],
    ['reset', 'denied'],
    ['reset_client', 'denied'],
    ['reset_server', 'denied'],
    ['drop_session', 'denied'],
    ['pass_session', 'allowed'],
    ['clear_session', 'info'],
  ])('of an attack, action %s, is %s', (action, type) => {
    expect(run(`type="utm" subtype="ips" action="${action}"`)).toMatchObject({
      'event.type': type,
      'event.category': 'intrusion_detection',
    });
  });

  test.each([
    ['type="utm" subtype="virus"', 'malware'],
    ['type="utm" subtype="webfilter"', 'web'],
    ['type="utm" subtype="waf"', 'intrusion_detection'],
    ['type="event" subtype="user"', 'authentication'],
    ['type="event" subtype="system"', 'host'],
    ['type="traffic" subtype="forward"', 'network'],
  ])('is of a category by type and subtype: %s', (pairs, category) => {
    expect(run(pairs)).toMatchObject({ 'event.category': category });
  });
});

describe('packet logs', () => {
  const line = (prefix: string, rest: string) =>
    `Mar  9 08:12:44 h kernel: ${prefix}IN=eth0 OUT= SRC=10.0.0.1 DST=10.0.0.2 ${rest}`;

  test.each([
    ['[UFW BLOCK] ', 'deny'],
    ['FW_DROP_IN: ', 'deny'],
    ['ACCEPT ', 'allow'],
    ['audit ', undefined],
    ['', undefined],
  ])('tell by the prefix %j', (prefix, action) => {
    const [message] = runParser('iptables', {}, line(prefix, 'LEN=60 PROTO=TCP')).messages;
    expect(message!['event.action']).toBe(action);
  });

  test('keep the length of a datagram beside that of its packet, and what an ICMP error quotes apart', () => {
    const { messages } = runParser(
      'iptables',
      {},
      line('', 'LEN=88 PROTO=UDP LEN=68 [SRC=1.1.1.1 DST=2.2.2.2 DF PROTO=6 SPT=1 ]'),
    );
    expect(messages).toMatchObject([
      {
        'network.bytes': 88,
        'iptables.udp_len': 68,
        protocol: 'udp',
        ip_src_addr: '10.0.0.1',
        'iptables.inner.src': '1.1.1.1',
        'iptables.inner.flags': ['DF'],
      },
    ]);
    expect(messages[0]).not.toHaveProperty('ip_src_port');
  });

  // Linux, net/netfilter/nf_log_syslog.c.
  test.each<[string, string, Record<string, unknown>]>([
    [
      'fragments',
      'LEN=60 TOS=0x00 PREC=0x00 TTL=63 ID=7 MF FRAG:179 PROTO=UDP',
      { 'iptables.frag': 179, 'iptables.flags': ['MF'] },
    ],
    [
      'fragments of IPv6',
      'LEN=60 TC=0 HOPLIMIT=64 FLOWLBL=0 OPT ( FRAG:1448 ID:0000002a ) PROTO=UDP',
      { 'iptables.frag': 1448, 'iptables.id': '0000002a' },
    ],
    [
      'options of IP and of TCP',
      'LEN=60 ID=7 OPT (94040000) PROTO=TCP SPT=1 DPT=2 SYN URGP=0 OPT (020405B40402)',
      { 'iptables.ip_opt': '94040000', 'iptables.tcp_opt': '020405B40402', 'iptables.flags': ['SYN'] },
    ],
    [
      'packets that are cut',
      'LEN=60 PROTO=TCP INCOMPLETE [8 bytes]',
      { 'iptables.incomplete_bytes': 8, 'iptables.flags': ['INCOMPLETE'] },
    ],
    [
      'echoes',
      'LEN=60 ID=7 PROTO=ICMP TYPE=8 CODE=0 ID=4711 SEQ=1',
      { 'iptables.id': 7, 'iptables.icmp_id': 4711, 'iptables.seq': 1 },
    ],
    [
      'ICMPv6',
      'LEN=60 PROTO=ICMPv6 TYPE=4 CODE=0 POINTER=00000028',
      { protocol: 'ipv6-icmp', 'iptables.pointer': '00000028' },
    ],
    [
      'a local user',
      'LEN=60 PROTO=UDPLITE SPT=1 DPT=2 LEN=40 UID=33 GID=33 MARK=0x1',
      { protocol: 'udplite', 'user.id': '33', 'iptables.mark': '0x1' },
    ],
  ])('read %s as the kernel writes them', (_what, rest, expected) => {
    expect(runParser('iptables', {}, line('', rest)).messages).toMatchObject([expected]);
  });

  test.each<[string, string, Record<string, unknown>]>([
    [
      'a decoded MAC header with its VLAN',
      'IN=eth0 OUT= MACSRC=08:00:27:7f:93:2d MACDST=52:54:00:12:35:02 VPROTO=8100 VID=20 MACPROTO=0800 SRC=10.0.0.1 DST=10.0.0.2 LEN=60 PROTO=6',
      {
        'source.mac': '08:00:27:7f:93:2d',
        'destination.mac': '52:54:00:12:35:02',
        'network.vlan.id': 20,
        'iptables.macproto': '0800',
        protocol: 'tcp',
      },
    ],
    [
      'ARP',
      'IN=br0 OUT= ARP HTYPE=1 PTYPE=0x0800 OPCODE=1 MACSRC=08:00:27:7f:93:2d IPSRC=10.0.0.1 MACDST=00:00:00:00:00:00 IPDST=10.0.0.2',
      { protocol: 'arp', ip_src_addr: '10.0.0.1', ip_dst_addr: '10.0.0.2', 'iptables.opcode': 1 },
    ],
    [
      'a frame of another kind',
      'IN=br0 OUT= MAC=01:80:c2:00:00:00:08:00:27:7f:93:2d:88:cc',
      { 'source.mac': '08:00:27:7f:93:2d' },
    ],
    [
      'a prefix without a blank at its end',
      'DROPIN=eth0 OUT= SRC=10.0.0.1 DST=10.0.0.2 LEN=60 PROTO=6',
      { 'rule.name': 'DROP', 'event.action': 'deny' },
    ],
  ])('read %s', (_what, text, expected) => {
    const { messages } = runParser('iptables', {}, `Mar  9 08:12:44 h kernel: ${text}`);
    expect(messages).toMatchObject([expected]);
    expect(messages[0]).not.toHaveProperty('iptables.flags');
  });

  test.each([
    'Mar  9 08:12:44 h kernel: IN=eth0',
    'IN=eth0 OUT= SRC=1.1.1.1',
    'Mar  9 08:12:44 h kernel: usb 1-1: new device',
  ])('refuse %j', (text) => {
    expect(runParser('iptables', {}, text).rejected).toEqual([text]);
  });
});

describe('filterlog', () => {
  const head = 'Mar  9 08:12:44 fw filterlog[1]: ';

  // Netgate, Raw Filter Log Format: protocol names of IPv6 come in any case, CARP and ICMP have columns of their own.
  test.each([
    [
      'in,6,0x00,0x00000,255,ICMPv6,58,32,fe80::1,ff02::1,',
      { protocol: 'ipv6-icmp', 'network.direction': 'inbound' },
    ],
    [
      'out,6,0x00,0xbe8d4,64,UDP,17,60,2001:db8::1,2001:db8::2,5353,53,60',
      { protocol: 'udp', ip_dst_port: 53, 'network.direction': 'outbound' },
    ],
    [
      'in,4,0xc0,,1,0,0,none,112,carp,56,10.0.0.2,224.0.0.18,advertise,255,1,2,0,1',
      { 'pfsense.carp.vhid': 1, 'pfsense.carp.advbase': 1 },
    ],
    [
      'in,4,0x0,,64,1,0,DF,1,icmp,84,10.0.0.1,10.0.0.2,request,5113,6664',
      { 'pfsense.icmp.id': 5113, 'pfsense.icmp.sequence': 6664 },
    ],
    [
      'in,4,0x0,,64,1,0,DF,1,icmp,84,10.0.0.1,10.0.0.2,unreachport,10.0.0.9,17,53',
      { 'pfsense.icmp.destination_ip': '10.0.0.9', 'pfsense.icmp.unreachable_port': 53 },
    ],
  ])('reads the columns %s', (columns, expected) => {
    expect(runParser('pfsense', {}, `${head}5,,,9,em0,match,block,${columns}`).messages).toMatchObject([
      expected,
    ]);
  });

  test('keeps columns that it does not know', () => {
    const { messages } = runParser(
      'pfsense',
      {},
      `${head}1,,,9,em0,match,pass,in,4,0x0,,64,1,0,none,17,udp,40,10.0.0.1,10.0.0.2,5,53,12,new,newer`,
    );
    expect(messages).toMatchObject([{ ip_dst_port: 53, 'pfsense.extra': ['new', 'newer'] }]);
  });

  test.each([
    `${head}1,2`,
    `${head}1,,,9,em0,match,pass,in,5,x`,
    `${head}1,,,9,em0,match,pass,in,4,0x0,,64`,
    'Mar  9 08:12:44 fw other: 1',
  ])('refuses %j', (text) => {
    expect(runParser('pfsense', {}, text).rejected).toEqual([text]);
  });
});

describe('DNS servers', () => {
  test('give the transport by the flags of a query', () => {
    const { messages } = runParser(
      'bind',
      {},
      '09-Mar-2026 08:12:44.5 client 10.0.0.1#5: query: a.b IN A -T (10.0.0.53)',
    );
    expect(messages).toMatchObject([
      { timestamp: moment + 500, 'network.transport': 'tcp', 'bind.recursion_desired': false },
    ]);
  });

  test('keep lines about other things', () => {
    expect(
      runParser('bind', {}, '09-Mar-2026 08:12:44 zone example/IN: loaded serial 7').messages,
    ).toMatchObject([{ message: 'zone example/IN: loaded serial 7' }]);
    expect(
      runParser('dnsmasq', {}, 'Mar  9 08:12:44 h dnsmasq[1]: exiting on receipt of SIGTERM').messages,
    ).toHaveLength(1);
  });

  test('read what is local, and what is blocked, in dnsmasq', () => {
    const run = (text: string) =>
      runParser('dnsmasq', {}, `Mar  9 08:12:44 h dnsmasq[1]: ${text}`).messages[0];
    expect(run('/etc/hosts nas.lan is 10.0.0.9')).toMatchObject({
      'dnsmasq.source': '/etc/hosts',
      'dns.resolved_ip': '10.0.0.9',
    });
    expect(run('regex blacklisted ads.example is 0.0.0.0')).toMatchObject({
      'dns.question.name': 'ads.example',
      'event.action': 'block',
      'event.type': 'denied',
    });
  });

  test.each([
    ['forwarded a.example to 127.0.0.1#5335', { ip_dst_addr: '127.0.0.1', ip_dst_port: 5335 }],
    [
      '214 dnssec-query[DS] example to 2001:db8::53',
      {
        'dns.id': 214,
        'event.action': 'forward',
        'dns.question.name': 'example',
        'dns.question.type': 'DS',
        ip_dst_addr: '2001:db8::53',
      },
    ],
    ['validation result is SECURE', { 'dns.question.name': undefined, 'dns.answers.data': 'SECURE' }],
    ['reply error is SERVFAIL', { 'dns.question.name': undefined, 'dns.response_code': 'SERVFAIL' }],
    ['config a.example is REFUSED (EDE: not ready)', { 'dns.response_code': 'REFUSED' }],
    ['reply a.example is NXDOMAIN-IPv6', { 'dns.response_code': 'NXDOMAIN' }],
  ])('read of dnsmasq %j', (text, expected) => {
    const [message] = runParser('dnsmasq', {}, `Mar  9 08:12:44 h dnsmasq[1]: ${text}`).messages;
    for (const [name, value] of Object.entries(expected)) expect(message![name], name).toEqual(value);
  });

  test.each([
    "query 'a.example/A/IN' denied",
    "query (cache) 'a.example/A/IN' denied (allow-query did not match)",
  ])('say of BIND that it refused: %j', (text) => {
    expect(
      runParser('bind', {}, `09-Mar-2026 08:12:44.5 client @0x7f 10.0.0.1#5 (a.example): ${text}`).messages,
    ).toMatchObject([{ 'event.type': 'denied', 'dns.question.name': 'a.example', 'dns.question.type': 'A' }]);
  });

  test.each([
    [
      "query (cache) 'a.example/A/IN' approved",
      { 'event.type': 'allowed', 'event.outcome': 'success', 'dns.question.type': 'A' },
    ],
    [
      "update 'a.example/IN' denied",
      {
        'event.action': 'update',
        'event.type': 'denied',
        'dns.question.name': 'a.example',
        'dns.question.class': 'IN',
      },
    ],
    [
      "zone transfer 'a.example/AXFR/IN' denied",
      { 'event.action': 'zone-transfer', 'event.type': 'denied', 'dns.question.type': 'AXFR' },
    ],
    [
      "transfer of 'a.example/IN': AXFR started (serial 5)",
      { 'event.action': 'zone-transfer', 'dns.question.name': 'a.example', 'dns.question.type': 'AXFR' },
    ],
    ["transfer of 'a.example/IN': AXFR-style IXFR ended", { 'dns.question.type': 'AXFR' }],
    [
      'rpz QNAME NXDOMAIN rewrite bad.example/A/IN via bad.example.rpz',
      {
        'event.action': 'rpz-rewrite',
        'event.type': 'denied',
        'rule.name': 'bad.example.rpz',
        'dns.question.name': 'bad.example',
      },
    ],
    ['rpz QNAME PASSTHRU rewrite good.example/A/IN via good.example.rpz', { 'event.type': 'allowed' }],
    [
      'rate limit drop REFUSED error response to 192.0.2.0/24 for a.example IN A  (0)',
      { 'event.action': 'rate-limit', 'event.type': 'denied', 'dns.question.type': 'A' },
    ],
  ])('say of BIND what became of a request: %j', (text, expected) => {
    expect(
      runParser('bind', {}, `09-Mar-2026 08:12:44.5 client @0x7f 10.0.0.1#5 (a.example): ${text}`).messages,
    ).toMatchObject([expected]);
  });

  test('tell of an attack that dnsmasq stopped', () => {
    const line = 'Mar  9 08:12:44 h dnsmasq[1]: possible DNS-rebind attack detected: evil.example';
    expect(runParser('dnsmasq', {}, line).messages).toMatchObject([
      { 'event.action': 'dns-rebind', 'event.type': 'denied', 'dns.question.name': 'evil.example' },
    ]);
  });

  test.each([
    ['bind', 'no time'],
    ['bind', '31-Feb-2026 08:12:44 x'],
    ['dnsmasq', 'Mar  9 08:12:44 h other[1]: query[A] a from b'],
  ])('%s refuses %j', (name, text) => {
    expect(runParser(name, {}, text).rejected).toEqual([text]);
  });
});
