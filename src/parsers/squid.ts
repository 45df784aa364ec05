/** Squid access log lines: the Grok parser with Squid's pattern. */
import { GrokParser } from './grok.ts';
import type { ParserType } from './parser.ts';

export const squid: ParserType = {
  name: 'squid',
  classNames: [],
  description: "Squid's native access.log",
  configure: (config, environment) =>
    new GrokParser(
      {
        grokPath: '/patterns/squid',
        patternLabel: 'SQUID_DELIMITED',
        timestampField: 'timestamp',
        ...config,
      },
      environment,
    ),
};
