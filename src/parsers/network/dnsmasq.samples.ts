/** Lines of dnsmasq, written for this purpose. */
export const dnsmasqSamples: readonly string[] = [
  'Mar  9 08:12:44 gw dnsmasq[812]: query[A] cdn-update.example from 10.20.4.17',
  'Mar  9 08:12:44 gw dnsmasq[812]: forwarded cdn-update.example to 9.9.9.9',
  'Mar  9 08:12:44 gw dnsmasq[812]: reply cdn-update.example is 203.0.113.201',
  'Mar  9 08:12:45 dnsmasq[812]: 4412 10.20.4.18/51544 query[AAAA] www.example.com from 10.20.4.18',
  'Mar  9 08:12:45 dnsmasq[812]: 4412 10.20.4.18/51544 cached www.example.com is NODATA-IPv6',
  'Mar  9 08:12:46 pi dnsmasq[812]: gravity blocked tracker.example is 0.0.0.0',
  'Mar  9 08:12:47 gw dnsmasq[812]: config nothing.lan is NXDOMAIN',
  'Mar  9 08:12:48 gw dnsmasq-dhcp[812]: DHCPACK(br0) 10.20.4.19 08:00:27:7f:93:2d ws-0417',
  'Mar  9 08:12:49 gw dnsmasq-dhcp[812]: 1188 DHCPDISCOVER(br0) 08:00:27:7f:93:2e no address available',
  'Mar  9 08:12:50 gw dnsmasq[812]: started, version 2.90 cachesize 10000',
];
