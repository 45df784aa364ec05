import { toInteger } from '../convert.ts';
import type { StellarFunction } from '../expression.ts';
import { parameter } from './define.ts';

/** Names of IP protocols by number (IANA, Assigned Internet Protocol Numbers), with the reference's gaps. */
const names: ReadonlyMap<number, string> = new Map(
  (
    'ICMP IGMP GGP IP-in-IP ST TCP CBT EGP IGP BBN-RCC-MON NVP-II PUP ARGUS EMCON XNET CHAOS UDP MUX DCN-MEAS HMP PRM XNS-IDP ' +
    'TRUNK-1 TRUNK-2 LEAF-1 LEAF-2 RDP IRTP ISO-TP4 NETBLT MFE-NSP MERIT-INP DCCP 3PC IDPR XTP DDP IDPR-CMTP TP++ IL IPv6 ' +
    'SDRP IPv6-Route IPv6-Frag IDRP RSVP GRE MHRP BNA ESP AH I-NLSP SWIPE NARP MOBILE TLSP SKIP IPv6-ICMP IPv6-NoNxt ' +
    'IPv6-Opts - CFTP - SAT-EXPAK KRYPTOLAN RVD IPPC SAT-MON - VISA IPCU CPNX CPHB WSN PVP BR-SAT-MON SUN-ND WB-MON WB-EXPAK ' +
    'ISO-IP VMTP SECURE-VMTP VINES TTP NSFNET-IGP DGP TCF  OSPF Sprite-RP LARP MTP AX.25 IPIP MICP SCC-SP ETHERIP ENCAP - ' +
    'GMTP IFMP PNNI PIM ARIS SCPS QNX A/N IPComp SNP Compaq-Peer IPX-in-IP VRRP PGM - L2TP DDX IATP STP SRP UTI SMP SM PTP ' +
    'IS-IS FIRE CRTP CRUDP SSCOPMCE IPLT SPS PIPE SCTP FC RSVP-E2E-IGNORE Mobility-Header UDPLite MPLS-in-IP manet HIP Shim6 ' +
    'WESP ROHC'
  )
    .split(' ')
    .map((name, i): [number, string] => [i + 1, name])
    .filter(([, name]) => name !== '-'),
);

const protocolToName: StellarFunction = {
  name: 'PROTOCOL_TO_NAME',
  category: 'network',
  description: 'The name of an IP protocol by its number.',
  parameters: [parameter('number', 'integer', 'The number, also as text')],
  returns: { type: 'string', description: 'The name; the argument itself when the number has none' },
  examples: [
    { expression: 'PROTOCOL_TO_NAME(6)', result: 'TCP' },
    { expression: "PROTOCOL_TO_NAME('other')", result: 'other' },
  ],
  pure: true,
  call: (_, value) => {
    const number = toInteger(value);
    return (number === null ? undefined : names.get(number)) ?? value ?? null;
  },
};

export const protocolFunctions: readonly StellarFunction[] = [protocolToName];
