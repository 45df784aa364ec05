/** Lines of VPC flow logs, written for this purpose. */
export const vpcFlowSamples: readonly string[] = [
  '2 123456789012 eni-0a1b2c3d4e5f60718 203.0.113.24 10.0.1.5 51544 443 6 25 20000 1773043964 1773044024 ACCEPT OK',
  '2 123456789012 eni-0a1b2c3d4e5f60718 198.51.100.77 10.0.1.5 40022 22 6 3 180 1773043965 1773044025 REJECT OK',
  '2 123456789012 eni-0a1b2c3d4e5f60719 - - - - - - - 1773043966 1773044026 - NODATA',
  '2026-03-09T08:13:50.000Z 2 123456789012 eni-0a1b2c3d4e5f60718 2001:db8::17 2001:db8:1::5 0 0 58 4 416 1773043967 1773044027 ACCEPT OK',
  'version vpc-id subnet-id instance-id srcaddr dstaddr srcport dstport protocol tcp-flags type pkt-srcaddr pkt-dstaddr action log-status start end bytes packets region az-id flow-direction traffic-path\n5 vpc-0abc subnet-0def i-0123456789abcdef0 10.0.1.5 203.0.113.201 51602 443 6 19 IPv4 10.0.1.5 203.0.113.201 ACCEPT OK 1773043968 1773044028 48213 71 eu-central-1 euc1-az2 egress 8\n5 vpc-0abc subnet-0def - 10.0.1.9 10.0.2.3 33012 5432 6 2 IPv4 10.0.1.9 10.0.2.3 REJECT OK 1773043969 1773044029 60 1 eu-central-1 euc1-az2 ingress -',
];

export const vpcFlowSampleConfig: Readonly<Record<string, unknown>> = {};
