/**
 * Suricata's EVE log: one JSON object a record (or one a line).
 *
 * Fields: `timestamp` becomes epoch ms, the text stays in `event_timestamp` with its microseconds; `src_ip`, `src_port`, `dest_ip`,
 * `dest_port` become `ip_src_addr`, `ip_src_port`, `ip_dst_addr`, `ip_dst_port`; `proto` (`TCP`) becomes `protocol` in lower case
 * (`tcp`, as the firewall parsers write it) and stays in `proto`. Objects are flattened with dots (`alert.signature`), lists
 * are kept, null is left out. An event of type `alert` gets `is_alert`
 * `"true"` (text, as with Snort). `original_string` is the line.
 *
 * A record without `event_type` is refused.
 */
import { excerpt, ParseError } from './errors.ts';
import { isMap } from './fields.ts';
import { FlatShapes } from './flat-shapes.ts';
import type { Message, Parser, ParserType, ParseSink } from './parser.ts';
import { eachJsonValue, type JsonValueReader } from './shared/json-format.ts';
import { readIsoTime } from './timestamps.ts';

class SuricataParser implements Parser {
  readonly #shapes = new FlatShapes(renamed);

  parse(text: string, sink: ParseSink): void {
    eachJsonValue(text, sink, this.#one);
  }

  readonly #one: JsonValueReader = (event, text, _alone, sink) => {
    sink.emit(toMessage(event, text, this.#shapes));
  };
}

function toMessage(event: unknown, text: string, shapes: FlatShapes): Message {
  if (!isMap(event)) throw new ParseError(`Expected a JSON object: ${excerpt(text)}`);
  const type = event['event_type'];
  if (typeof type !== 'string') throw new ParseError(`An event without event_type: ${excerpt(text)}`);
  const time = event['timestamp'];
  const timestamp = typeof time === 'string' ? readIsoTime(time) : Number.NaN;
  if (Number.isNaN(timestamp))
    throw new ParseError(`timestamp is no time with a zone: ${excerpt(String(JSON.stringify(time)))}`);

  const message: Message = { timestamp, event_timestamp: time, original_string: text };
  if (type === 'alert') message['is_alert'] = 'true';
  const proto = event['proto'];
  if (typeof proto === 'string') message['protocol'] = proto.toLowerCase();
  shapes.flatten(message, event, true);
  return message;
}

/** `timestamp` is set apart; names that the parser sets give way to it. */
const renamed: ReadonlyMap<string, string | undefined> = new Map([
  ['src_ip', 'ip_src_addr'],
  ['src_port', 'ip_src_port'],
  ['dest_ip', 'ip_dst_addr'],
  ['dest_port', 'ip_dst_port'],
  ['timestamp', undefined],
  ['event_timestamp', undefined],
  ['original_string', undefined],
  ['protocol', undefined],
  ['is_alert', undefined],
]);

export const suricata: ParserType = {
  name: 'suricata',
  classNames: ['SuricataParser', 'SuricataEveParser', 'eve'],
  description: 'Suricata EVE JSON: alerts, flows and protocol records',
  references: ['Suricata User Guide: EVE JSON Format'],
  options: [],
  samples: [
    '{"timestamp":"2026-01-01T09:01:01.123456+0000","flow_id":1001,"in_iface":"eth0","event_type":"alert","src_ip":"192.0.2.17","src_port":51514,"dest_ip":"198.51.100.20","dest_port":1433,"proto":"TCP","alert":{"action":"allowed","gid":1,"signature_id":2010935,"rev":3,"signature":"SAMPLE POLICY Suspicious inbound to MSSQL port 1433","category":"Potentially Bad Traffic","severity":2}}',
    '{"timestamp":"2026-01-01T09:01:02.000001+0000","flow_id":1002,"event_type":"dns","src_ip":"192.0.2.17","src_port":40022,"dest_ip":"192.0.2.53","dest_port":53,"proto":"UDP","dns":{"type":"query","id":4711,"rrname":"www.example.org","rrtype":"A"}}',
    '{"timestamp":"2026-01-01T09:01:03.500000+0100","flow_id":1003,"event_type":"flow","src_ip":"2001:db8::17","src_port":51600,"dest_ip":"2001:db8::80","dest_port":443,"proto":"TCP","flow":{"pkts_toserver":12,"pkts_toclient":14,"bytes_toserver":880,"bytes_toclient":5120,"state":"closed"}}',
    '{"timestamp":"2026-01-01T09:01:04.250000+0000","flow_id":1004,"event_type":"tls","src_ip":"192.0.2.18","src_port":51700,"dest_ip":"203.0.113.9","dest_port":443,"proto":"TCP","tls":{"sni":"shop.example","version":"TLS 1.3","subject":"CN=shop.example"}}',
    '{"timestamp":"2026-01-01T09:01:05.750000+0000","flow_id":1005,"event_type":"http","src_ip":"192.0.2.18","src_port":51800,"dest_ip":"203.0.113.10","dest_port":80,"proto":"TCP","http":{"hostname":"files.example","url":"/a.bin","http_method":"GET","status":200,"length":4096}}',
  ],
  configure: () => new SuricataParser(),
};
