/** What is known of Zeek's logs as data: options and records, written for this purpose. */
import type { ParserOption } from './parser.ts';

export const zeekOptions: readonly ParserOption[] = [
  {
    name: 'path',
    type: 'text',
    description:
      'Name of the log (`conn`, `dns`, …) where a record does not say; absent: it is guessed from the members.',
  },
];

const conn =
  '"ts":1767258061.123456,"uid":"CAbcDe1fGhIjKlMnO","id.orig_h":"192.0.2.17","id.orig_p":51514,"id.resp_h":"198.51.100.20","id.resp_p":443,"proto":"tcp","service":"ssl","duration":0.25,"orig_bytes":880,"resp_bytes":5120,"conn_state":"SF","history":"ShADadFf","orig_pkts":12,"resp_pkts":14,"tunnel_parents":[]';
const dns =
  '"ts":1767258062.5,"uid":"CdNs1aBcDeFgHiJkL","id.orig_h":"192.0.2.17","id.orig_p":40022,"id.resp_h":"192.0.2.53","id.resp_p":53,"proto":"udp","trans_id":4711,"query":"www.example.org","qtype":1,"qtype_name":"A","rcode_name":"NOERROR","answers":["198.51.100.20"],"TTLs":[300.0]';
const http =
  '"ts":1767258063.25,"uid":"CHtTp1aBcDeFgHiJk","id.orig_h":"2001:db8::17","id.orig_p":51600,"id.resp_h":"2001:db8::80","id.resp_p":80,"trans_depth":1,"method":"GET","host":"www.example.org","uri":"/index.html","request_body_len":0,"response_body_len":1024,"status_code":200';
const files =
  '"ts":1767258064.75,"fuid":"FfIlE1aBcDeFgHiJk","tx_hosts":["198.51.100.20"],"rx_hosts":["192.0.2.17"],"source":"HTTP","mime_type":"text/html","seen_bytes":1024,"total_bytes":1024';
const notice =
  '"ts":1767258065.0,"note":"Scan::Port_Scan","msg":"192.0.2.99 scanned at least 15 unique ports","src":"192.0.2.99","actions":["Notice::ACTION_LOG"]';

export const broSamples: readonly string[] = [
  `{"conn": {${conn}}}`,
  `{"dns": {${dns}}}`,
  `{"http": {${http}}}`,
  `{"files": {${files}}}`,
  `{"notice": {${notice}}}`,
];

export const zeekSamples: readonly string[] = [
  `{"_path":"conn",${conn}}`,
  `{"_path":"dns",${dns}}`,
  `{"_path":"http",${http}}`,
  `{"_path":"files",${files}}`,
  `{${conn}}`,
  [
    '#separator \\x09',
    '#set_separator\t,',
    '#empty_field\t(empty)',
    '#unset_field\t-',
    '#path\tconn',
    '#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\tconn_state\ttunnel_parents',
    '#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tcount\tcount\tstring\tset[string]',
    '1767258061.123456\tCAbcDe1fGhIjKlMnO\t192.0.2.17\t51514\t198.51.100.20\t443\ttcp\tssl\t0.250000\t880\t5120\tSF\t(empty)',
    '1767258062.500000\tCdNs1aBcDeFgHiJkL\t192.0.2.17\t40022\t192.0.2.53\t53\tudp\tdns\t-\t-\t-\tS0\t-',
  ].join('\n'),
];
