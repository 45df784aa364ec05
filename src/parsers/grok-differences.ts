/** Where Grok, and what is built on it, behaves otherwise than the reference, on purpose. */
import { type IntendedDifference, idsOf, moreFields } from './difference.ts';

const undefinedPattern: IntendedDifference = {
  reason:
    'contradicts the documentation: a pattern that is not defined is refused when the sensor is configured; the reference matches the word null for it',
  instead: { outcome: 'configError' },
};

const details = moreFields(
  'loses data: what a message of Cisco ASA names besides addresses (interfaces, users, bytes, duration, access list, …) is kept',
);
const destination = moreFields('loses data: message 313004 names a destination, and an interface', {
  ip_dst_addr: '10.2.2.2',
  interface: 'outside',
});

function numbered(prefix: string, numbers: readonly number[], width: number): string[] {
  return numbers.map((number) => `${prefix}-${String(number).padStart(width, '0')}`);
}

/** Cases whose messages name nothing more. */
const undetailed: ReadonlySet<string> = new Set([
  ...numbered('asa', [4, 5, 6, 101, 112, 113, 114, 115, 116, 117, 118], 4),
  ...numbered('sample-asa', [93, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111], 0),
  ...numbered('sample-asa', [114, 115, 116, 117, 118, 119, 120, 121, 122, 123], 0),
]);

export const grokDifferences: readonly (readonly [id: string, difference: IntendedDifference])[] = [
  [
    'grok-0005',
    {
      reason:
        'loses data: a capture that is a single quotation mark is kept as it is; it breaks the reference',
      instead: {
        outcome: 'ok',
        errorScope: undefined,
        expect: { a: 'abc', b: 'def', c: '"', original_string: '"abc" \'def\' "' },
      },
    },
  ],
  [
    'grok-0008',
    {
      reason:
        'contradicts the documentation: a type behind the field of a capture is its type, not part of its name',
      instead: { expect: { n: 5, original_string: '5' } },
    },
  ],
  ['grok-0009', undefinedPattern],
  ['grok-0010', undefinedPattern],
  [
    'grok-0019',
    {
      reason: 'contradicts the documentation: multiLine may be true as well as "true"',
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
      reason:
        'contradicts the documentation: it calls the setting timezone, the reference reads timeZone: both count',
      instead: {
        expect: { original_string: '2016-04-25 09:26:22', timestamp: 1461590782000, ts: 1461590782000 },
      },
    },
  ],
  ['grok-0035', undefinedPattern],
  [
    'asa-0115',
    {
      reason: 'loses data: an unpadded day can be read without doubt',
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
  ...idsOf('asa', 1, 158)
    .filter((id) => !undetailed.has(id))
    .map((id) => [id, id === 'asa-0139' ? destination : details] as const),
  ...Array.from({ length: 128 }, (_, i) => `sample-asa-${i + 1}`)
    .filter((id) => !undetailed.has(id))
    .map((id) => [id, details] as const),
];
