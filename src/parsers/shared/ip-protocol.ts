/** Names of IP protocol numbers, in lower case (IANA, "Assigned Internet Protocol Numbers": https://www.iana.org/assignments/protocol-numbers). */
const names: ReadonlyMap<number, string> = new Map([
  [0, 'hopopt'],
  [1, 'icmp'],
  [2, 'igmp'],
  [4, 'ipv4'],
  [6, 'tcp'],
  [8, 'egp'],
  [17, 'udp'],
  [27, 'rdp'],
  [33, 'dccp'],
  [41, 'ipv6'],
  [43, 'ipv6-route'],
  [44, 'ipv6-frag'],
  [46, 'rsvp'],
  [47, 'gre'],
  [50, 'esp'],
  [51, 'ah'],
  [58, 'ipv6-icmp'],
  [59, 'ipv6-nonxt'],
  [60, 'ipv6-opts'],
  [88, 'eigrp'],
  [89, 'ospf'],
  [94, 'ipip'],
  [103, 'pim'],
  [112, 'vrrp'],
  [115, 'l2tp'],
  [132, 'sctp'],
  [136, 'udplite'],
]);

/** The name, or the number as text where it has no usual one. */
export function ipProtocolName(number: number): string {
  return names.get(number) ?? String(number);
}

/** As `ipProtocolName`, for a number or name as a log writes it. */
export function protocolOf(text: string): string {
  const first = text.charCodeAt(0);
  return first >= 0x30 && first <= 0x39 && text.length <= 3
    ? ipProtocolName(Number(text))
    : text.toLowerCase();
}
