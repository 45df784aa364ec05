/** YAF flows as yafscii prints them between vertical bars: the Grok parser with YAF's pattern. */
import { GrokParser } from './grok.ts';
import type { ParserType } from './parser.ts';

export const yaf: ParserType = {
  name: 'yaf',
  classNames: [],
  description: 'Network flows of YAF, as yafscii --tabular prints them',
  configure: (config, environment) =>
    new GrokParser(
      {
        grokPath: '/patterns/yaf',
        patternLabel: 'YAF_DELIMITED',
        timestampField: 'start_time',
        timeFields: ['start_time', 'end_time'],
        dateFormat: 'yyyy-MM-dd HH:mm:ss.S',
        ...config,
      },
      environment,
    ),
};
