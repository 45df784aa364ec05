/** Where Grok, and what is built on it, behaves otherwise than the reference, on purpose. */
import type { IntendedDifference } from './difference.ts';

const undefinedPattern: IntendedDifference = {
  reason:
    'A pattern that is not defined is refused when the sensor is configured; the reference matches the word null for it',
  instead: { outcome: 'configError' },
};

export const grokDifferences: readonly (readonly [id: string, difference: IntendedDifference])[] = [
  [
    'grok-0005',
    {
      reason: 'A capture that is a single quotation mark is kept as it is; it breaks the reference',
      instead: {
        outcome: 'ok',
        errorScope: undefined,
        expect: { a: 'abc', b: 'def', c: '"', original_string: '"abc" \'def\' "' },
      },
    },
  ],
  ['grok-0009', undefinedPattern],
  ['grok-0010', undefinedPattern],
  [
    'grok-0019',
    {
      reason: 'multiLine may be true as well as "true"',
      instead: {
        outcome: 'ok',
        expectMany: [
          { k: 'a', v: 1, original_string: 'a=1' },
          { k: 'b', v: 2, original_string: 'b=2' },
        ],
      },
    },
  ],
  [
    'grok-0026',
    {
      reason: 'The documentation calls the setting timezone, the reference reads timeZone: both count',
      instead: {
        expect: { original_string: '2016-04-25 09:26:22', timestamp: 1461590782000, ts: 1461590782000 },
      },
    },
  ],
  ['grok-0035', undefinedPattern],
  [
    'asa-0115',
    {
      reason: 'An unpadded day can be read without doubt',
      instead: {
        outcome: 'ok',
        errorScope: undefined,
        expect: {
          ciscotag: 'ASA-6-302014',
          original_string: '<166>Jan 5 2016 09:52:35: %ASA-6-302014: x',
          syslog_facility: 'local4',
          syslog_severity: 'info',
          timestamp: 1451987555000,
        },
      },
    },
  ],
  [
    'asa-0139',
    {
      reason: 'Message 313004 names a destination, which the reference loses',
      instead: {
        exact: true,
        expect: {
          action: 'denied',
          ciscotag: 'ASA-3-313004',
          ip_dst_addr: '10.2.2.2',
          ip_src_addr: '10.1.1.1',
          original_string:
            '<166>Jan 05 2016 09:52:35 fw1 : %ASA-3-313004: Denied ICMP type=0, code=0 from 10.1.1.1 on interface outside to 10.2.2.2',
          protocol: 'icmp',
          syslog_facility: 'local4',
          syslog_host: 'fw1',
          syslog_severity: 'info',
          timestamp: 1451987555000,
        },
      },
    },
  ],
];
