/** Where CEF, LEEF and FireEye behave otherwise than the reference, on purpose. */
import { type IntendedDifference, idsOf, moreFields, readable, refused } from './difference.ts';

const hostKept = 'loses data: the host of the syslog header is a field, also behind a time';
const notThis =
  'loses data: a record that is no CEF or LEEF is refused and kept among the errors, not dropped in silence';
const noValue = 'loses data: a key without a value does not swallow the key behind it';
const equalsInValue =
  'loses data: an equals sign inside a value belongs to it (a key is a word before an equals sign)';
const noExtension = 'contradicts the documentation: extensions may be absent';
const explicitYear = 'loses data: a year that is written out is believed, however far ahead it lies';
const linesOfCef =
  'loses data: several lines are several events, and a line end behind the last is none of it';

const lastPair =
  'loses data: the last pair, values with an equals sign, the header cells and the destination port (which Metron turns into dst_potimestamp) are kept';
const noTime = 'loses data: an alert without a time gets the present one, not 1970, which no search looks at';

/** Cases between the others in which nothing differs. */
const refusedToo: ReadonlySet<string> = new Set(['fireeye-0076', 'fireeye-0079', 'fireeye-0096']);

function alert(): IntendedDifference {
  return moreFields(
    lastPair,
    { ip_dst_port: '53', dst_port: '53', DeviceVendor: 'FireEye', DeviceProduct: 'CMS', Severity: '1' },
    ['dst_potimestamp'],
  );
}

function malwareTarget(): Record<string, unknown> {
  return {
    TrendMicroDsMalwareTargetType:
      'File System TrendMicroDsFileMD5=1947A1BC0982C5871FA3768CD025453E#011 TrendMicroDsFileSHA1=5AD084DDCD8F80FBF2EE3F0E4F812E812DEE60C1#011 TrendMicroDsFileSHA256=25F231556700749F8F0394CAABDED83C2882317669DA2C01299B45173482FA6E',
  };
}

export const eventDifferences: readonly (readonly [id: string, difference: IntendedDifference])[] = [
  [
    'cef-0001',
    {
      reason: noValue,
      instead: {
        expect: {
          original_string:
            'Mar 21 14:05:02 HHHPVATN1 CEF:0|Cyber-Ark|Vault|7.20.0091|295|Retrieve password|5|act=Retrieve password suser=spilgrim fname=Root\\ABC phobos3 - COMP dvc=120.99.70.3 shost=10.44.134.78 dhost= duser= externalId= app= reason= cs1Label="Affected User Name" cs1= cs2Label="Safe Name" cs2=Security Vulnerability Mgmt cs3Label="Device Type" cs3= cs4Label="Database" cs4= cs5Label="Other info" cs5=101.198.70.93 cn1Label="Request Id" cn1= cn2Label="Ticket Id" cn2=Needed to verify config files being pulled msg=Needed to verify config files being pulled',
          DeviceVendor: 'Cyber-Ark',
          DeviceProduct: 'Vault',
          DeviceVersion: '7.20.0091',
          DeviceEvent: '295',
          Name: 'Retrieve password',
          Severity: 5,
          deviceAction: 'Retrieve password',
          suser: 'spilgrim',
          fname: 'Root\\ABC phobos3 - COMP',
          dvc: '120.99.70.3',
          shost: '10.44.134.78',
          '"Safe Name"': 'Security Vulnerability Mgmt',
          '"Other info"': '101.198.70.93',
          '"Ticket Id"': 'Needed to verify config files being pulled',
          msg: 'Needed to verify config files being pulled',
          host: 'HHHPVATN1',
          timestamp: 1774101902000,
        },
      },
    },
  ],
  ...['cef-0004', 'cef-0005', 'cef-0006', 'leef-0006', 'leef-0007'].map(
    (id) => [id, moreFields(hostKept, { host: 'host' })] as const,
  ),
  ...['cef-0050', 'cef-0051', 'cef-0052'].map((id) => [id, moreFields(hostKept, { host: 'host1' })] as const),
  ['cef-0011', moreFields(noValue, {}, ['cs1'])],
  [
    'cef-0013',
    moreFields(
      noValue,
      {
        protocol: 'ssl',
        cat: '(9999)',
        fileId: '0',
        deviceProcessName: 'Device.Process.Name',
        host: 'hostname',
      },
      ['fileHash', 'filePath', 'requestContext', 'suser'],
    ),
  ],
  [
    'cef-0014',
    moreFields(
      'loses data: an offset without a colon can be read without doubt',
      { timestamp: 1459517351356 },
      ['host'],
    ),
  ],
  ...['cef-0015', 'cef-0055', 'leef-0016', 'leef-0030', 'leef-0039', 'pipeline-0157'].map(
    (id) => [id, refused(notThis)] as const,
  ),
  [
    'cef-0018',
    readable('loses data: version 1 of CEF is read, whose header and extensions are those of version 0', {
      DeviceVendor: 'V',
      ip_src_addr: '1.2.3.4',
    }),
  ],
  [
    'cef-0031',
    readable('contradicts the documentation: a bar behind a backslash is part of its header cell', {
      DeviceVendor: 'V|x',
      DeviceProduct: 'P',
      Name: 'N',
      Severity: 5,
      ip_src_addr: '1.2.3.4',
    }),
  ],
  ['cef-0037', readable(noExtension, { DeviceVendor: 'V', Severity: 5, timestamp: 1781524800000 })],
  ['cef-0039', moreFields(noValue, { b: '2' }, ['a'])],
  [
    'cef-0053',
    readable('loses data: an unpadded day can be read without doubt', {
      timestamp: 1775381182000,
      host: 'host1',
    }),
  ],
  [
    'cef-0057',
    {
      reason: linesOfCef,
      instead: {
        outcome: 'ok',
        error: undefined,
        errorScope: undefined,
        exact: false,
        expectMany: [{ ip_src_addr: '1.2.3.4' }, { ip_src_addr: '9.9.9.9' }],
      },
    },
  ],
  ['cef-0058', readable(linesOfCef, { ip_src_addr: '1.2.3.4' })],
  [
    'cef-0059',
    moreFields('breaks security: the first header of a line counts, not one that stands inside a value', {
      DeviceVendor: 'V',
      ip_src_addr: '1.2.3.4 CEF:0|V2|P|1.0|id|N|5|src=9.9.9.9',
    }),
  ],
  ['cef-0060', moreFields(equalsInValue, { url: 'http://x/?a=b&c=d' })],
  ['sample-leef-2', moreFields(equalsInValue, { sev: '8 cn1=37 cn1Label=Host ID' })],
  ['sample-leef-3', moreFields(equalsInValue, { sev: '6 cn1=241 cn1Label=Host ID', ...malwareTarget() })],
  ['sample-leef-4', moreFields(equalsInValue, { sev: '6 cn1=3 cn1Label=Host ID' })],
  ['leef-0002', moreFields(equalsInValue, { sev: '8 cn1=37 cn1Label=Host ID' })],
  ['leef-0003', moreFields(equalsInValue, { sev: '6 cn1=241 cn1Label=Host ID', ...malwareTarget() })],
  ['leef-0004', moreFields(equalsInValue, { sev: '6 cn1=3 cn1Label=Host ID' })],
  ['leef-0008', moreFields(explicitYear, { timestamp: 1795399231823 })],
  ['leef-0011', moreFields(explicitYear, { timestamp: 1795399231959 })],
  [
    'leef-0014',
    moreFields(equalsInValue, {
      ip_src_addr:
        '192.0.2.0\tdst=172.50.123.1\tsev=5\tcat=anomaly\tsrcPort=81\tdstPort=21\tusrName=joe.black',
    }),
  ],
  [
    'leef-0024',
    readable('contradicts the documentation: a delimiter may be given by its code', {
      ip_src_addr: '1.2.3.4',
      ip_dst_addr: '5.6.7.8',
    }),
  ],
  ['leef-0025', moreFields(equalsInValue, { url: 'http://x/?a=b' })],
  ['leef-0026', readable('loses data: an attribute without a value is left out', { ip_src_addr: '1.2.3.4' })],
  ['leef-0028', readable('loses data: an event without attributes is an event', { DeviceEvent: 'ev' })],
  [
    'leef-0042',
    moreFields(
      'loses data: a bar inside the attributes belongs to its value',
      { ip_src_addr: '1.2.3.4', url: 'a|k=b' },
      ['k'],
    ),
  ],
  ...idsOf('fireeye', 1, 9)
    .filter((id) => id !== 'fireeye-0003' && id !== 'fireeye-0004')
    .map((id) => [id, alert()] as const),
  ['fireeye-0100', alert()],
  ...idsOf('fireeye', 10, 99)
    .filter((id) => !refusedToo.has(id))
    .map((id) => [id, moreFields(noTime, { timestamp: 1781524800000 })] as const),
  ['fireeye-0103', moreFields(lastPair, { c: '3 end', timestamp: 1781524800000 })],
  [
    'pipeline-0158',
    refused('loses data: what is no PAN-OS log is refused and kept among the errors, not dropped in silence'),
  ],
];
