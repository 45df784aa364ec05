/** Lines of pairs, written for this purpose. */
export const logfmtSamples: readonly string[] = [
  'time="2026-03-09T08:12:44.123Z" level=info msg="user logged in" user=maria src=203.0.113.24 sport=51544 took=0.012 ok=true',
  'ts=1773043965.250 caller=handler.go:112 level=warn msg="slow query" duration=1.52s table=events rows=120004',
  'level=error ts=1773043966123 err="dial tcp 10.20.9.8:5432: connect: connection refused" component=store attempt=3',
  'time="2026-03-09 08:12:47+01:00" proto=TCP src_ip=198.51.100.77 dst_ip=10.20.9.8 dst_port=22 action=drop tag=ssh tag=bruteforce',
  'app started version=4.2.0 msg="said \\"hello\\"" pid=0012',
];
