/** Where the parsers of single devices behave otherwise than the reference, on purpose. */
import { asMembers, type IntendedDifference, idsOf, moreFields, readable, refused } from './difference.ts';

const iseTime =
  'loses data: the time of the message is its timestamp (Metron gives it none), and category, code, severity, host and all values of a repeated key are kept';
const panTime =
  'loses data: the time of the log is the timestamp (eventTime "processing" for that of parsing, as in Metron), and columns that Metron leaves out are kept';
const silence =
  'loses data: a record that cannot be read is refused and kept among the errors, not dropped in silence';
const pairsKept = 'loses data: what stands before the addresses (rule, action, classification, …) is kept';
const asWritten =
  'contradicts the documentation: original_string is the line as it came, without the blanks that Metron adds';

/** The device's time, read as the parser does it, stands in place of the present one. */
function deviceTime(): IntendedDifference {
  return {
    reason: panTime,
    instead: (vector) => {
      const expect = asMembers(vector['expect']);
      const time = Date.parse(`${String(expect['time_generated']).replaceAll('/', '-').replace(' ', 'T')}Z`);
      return { exact: false, expect: { ...expect, timestamp: time } };
    },
  };
}

const alarm = 'loses data: the severity of an alarm is kept';

export const deviceDifferences: readonly (readonly [id: string, difference: IntendedDifference])[] = [
  ...idsOf('ise', 1, 447)
    .filter((id) => id !== 'ise-0444' && id !== 'ise-0445')
    .map((id) => [id, moreFields(iseTime)] as const),
  [
    'ise-0444',
    readable('loses data: a quotation mark is a character like others', {
      header: 'h',
      a: '"quoted"',
      b: '2',
    }),
  ],
  [
    'ise-0445',
    {
      reason: 'contradicts the documentation: an empty record is no event',
      instead: { outcome: 'drop', expect: undefined, parserValid: undefined },
    },
  ],
  ...idsOf('paloalto', 1, 122)
    .filter((id) => id !== 'paloalto-0015' && id !== 'paloalto-0119' && id !== 'paloalto-0120')
    .map((id) => [id, deviceTime()] as const),
  ...(['paloalto-0015', 'paloalto-0119'] as const).map(
    (id) =>
      [
        id,
        readable(
          'loses data: logs of types that have no list of columns are kept, their further columns by number',
          {
            parser_version: 0,
            palo_alto_domain: '1',
          },
        ),
      ] as const,
  ),
  ['paloalto-0120', refused(silence)],
  ...idsOf('lancope', 1, 41).map((id) => [id, moreFields(alarm)] as const),
  [
    'lancope-0042',
    readable('loses data: a padded day of one digit can be read', {
      ip_src_addr: '10.40.10.254',
      timestamp: 1405612710000,
    }),
  ],
  ['lancope-0043', refused(silence)],
  [
    'logstash-0001',
    moreFields('loses data: host, type and tags of an event are kept', {
      host: 'h',
      type: 'syslog',
      tags: ['a'],
    }),
  ],
  [
    'logstash-0002',
    readable('loses data: a time without a fraction can be read', { timestamp: 1405612565000 }),
  ],
  ['logstash-0003', refused(silence)],
  ['logstash-0004', refused(silence)],
  [
    'regex-0011',
    {
      reason: 'contradicts the documentation: a blank record is no event',
      instead: { outcome: 'drop', expect: undefined, parserValid: undefined },
    },
  ],
  [
    'regex-0021',
    {
      reason:
        'loses data: an option of the wrong type is refused when the sensor is configured, not at every record',
      instead: { outcome: 'configError', errorScope: undefined },
    },
  ],
  ['sourcefire-0001', moreFields(pairsKept, { firewall_rule_action: 'Allow', connection_type: 'Start' })],
  ['sourcefire-0004', moreFields(pairsKept, { firewall_rule_action: 'Allow', connection_type: 'Start' })],
  ...['sourcefire-0002', 'sourcefire-0003', 'sourcefire-0005'].map((id) => [id, lineAsWritten()] as const),
  [
    'sourcefire-0007',
    moreFields('loses data: a revision of more than one digit is part of a signature id', {
      signature_id: '[1:2:34]',
      sig_rev: '34',
    }),
  ],
  [
    'sourcefire-0008',
    moreFields(
      'loses data: IPv6 addresses are kept whole',
      { ip_src_addr: '2001:db8::1', ip_dst_addr: '2001:db8::2' },
      ['ip_src_port', 'ip_dst_port'],
    ),
  ],
  ['sourcefire-0009', refused(silence)],
  ['sourcefire-0010', refused(silence)],
];

function lineAsWritten(): IntendedDifference {
  return {
    reason: `${asWritten}; ${pairsKept.replace('loses data: ', '')}`,
    instead: (vector) => ({
      exact: false,
      expect: { ...asMembers(vector['expect']), original_string: vector['raw'] },
    }),
  };
}
