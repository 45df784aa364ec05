/** YAF flows as yafscii prints them between vertical bars: the Grok parser with YAF's pattern. */
import { GrokParser, grokOptions } from './grok.ts';
import type { ParserType } from './parser.ts';

const defaults = {
  grokPath: '/patterns/yaf',
  patternLabel: 'YAF_DELIMITED',
  timestampField: 'start_time',
  timeFields: ['start_time', 'end_time'],
  dateFormat: 'yyyy-MM-dd HH:mm:ss.S',
};

export const yaf: ParserType = {
  name: 'yaf',
  classNames: [],
  description: 'Network flows of YAF, as yafscii --tabular prints them',
  references: ['YAF: yafscii(1), tabular mode'],
  options: grokOptions(defaults),
  samples: [
    '2026-01-28 15:29:48.512|2026-01-28 15:29:48.512|   0.000|   0.000|  6|                         192.0.2.221|   80|                               198.51.100.15|39468|      AS|       0|       0|       0|22efa001|00000000|000|000|       1|      44|       0|       0|    0|idle',
    '2026-01-28 15:29:49.001|2026-01-28 15:29:52.250|   3.249|   0.012|  6|                          192.0.2.17|51514|                                203.0.113.9|  443|       S|     APF|      AS|     APF|7d1f0a22|9c01be77|000|000|      12|     880|      14|    5120|  443|',
    '2026-01-28 15:29:50.100|2026-01-28 15:29:50.101|   0.001|   0.001| 17|                          192.0.2.17|40022|                                 192.0.2.53|   53|       0|       0|       0|       0|00000000|00000000|000|000|       1|      60|       1|      76|   53|',
    '2026-01-28 15:29:51.000|2026-01-28 15:29:55.000|   4.000|   0.020|  1|                          192.0.2.19|    8|                               198.51.100.7|    0|       0|       0|       0|       0|00000000|00000000|000|000|       5|     420|       5|     420|    0|',
    '2026-01-28 15:29:52.000|2026-01-28 15:59:52.000|1800.000|   0.100|  6|                        2001:db8::17|51600|                               2001:db8::80|   80|       S|      AP|      AS|      AP|00000001|00000002|000|000|    1200|   88000|    1400|  512000|   80|active',
  ],
  configure: (config, environment) => new GrokParser({ ...defaults, ...config }, environment),
};
