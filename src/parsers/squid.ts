/** Squid access log lines: the Grok parser with Squid's pattern. */
import { GrokParser, grokOptions } from './grok.ts';
import type { ParserType } from './parser.ts';

const defaults = {
  grokPath: '/patterns/squid',
  patternLabel: 'SQUID_DELIMITED',
  timestampField: 'timestamp',
};

export const squid: ParserType = {
  name: 'squid',
  classNames: [],
  description: "Squid's native access.log",
  references: ['Squid configuration directive logformat (squid)'],
  options: grokOptions(defaults),
  samples: [
    '1767258061.123    161 192.0.2.17 TCP_MISS/200 103701 GET http://www.example.org/ - DIRECT/198.51.100.73 text/html',
    '1767258062.270      0 192.0.2.18 TCP_DENIED/403 3617 CONNECT bad.example:443 - NONE/- text/html',
    '1767258063.001     95 192.0.2.17 TCP_HIT/200 5120 GET http://www.example.org/logo.png ann HIER_NONE/- image/png',
    '1767258064.500   2003 2001:db8::17 TCP_TUNNEL/200 88123 CONNECT shop.example:443 bob HIER_DIRECT/203.0.113.9 -',
    '1767258065.999     12 192.0.2.19 TCP_REFRESH_UNMODIFIED/304 310 GET http://cdn.example/a.js - HIER_DIRECT/203.0.113.10 application/javascript',
  ],
  configure: (config, environment) => new GrokParser({ ...defaults, ...config }, environment),
};
