/** Lines of named, written for this purpose. */
export const bindSamples: readonly string[] = [
  '09-Mar-2026 08:12:44.123 queries: info: client @0x7f8b1c000d60 10.20.4.17#51544 (cdn-update.example): query: cdn-update.example IN A +E(0)K (10.0.0.53)',
  '<30>Mar  9 08:12:45 ns1 named[812]: client @0x7f8b1c000d60 2001:db8::17#40100 (www.example.com): view internal: query: www.example.com IN AAAA +ET(0) (2001:db8::53) [ECS 203.0.113.0/24/0]',
  '09-Mar-2026 08:12:46.001 client 198.51.100.77#33012: query: version.bind CH TXT + (203.0.113.53)',
  "09-Mar-2026 08:12:47.500 security: info: client @0x7f8b1c000d60 198.51.100.77#33013 (isc.org): query (cache) 'isc.org/ANY/IN' denied (allow-query-cache did not match)",
  '2026-03-09T08:12:48.250Z query-errors: info: client @0x7f8b1c000d60 10.20.4.17#51545 (broken.example): query failed (SERVFAIL) for broken.example/IN/A at query.c:7837',
  '09-Mar-2026 08:12:49.000 general: notice: running',
];
