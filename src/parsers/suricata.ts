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
import { needsExactNumbers, parseJson } from './json.ts';
import { asParseError, holdsLines, nonBlankLines, parseLines } from './line-records.ts';
import type { Message, Parser, ParserType, ParseSink } from './parser.ts';
import { readIsoTime } from './timestamps.ts';

class SuricataParser implements Parser {
  readonly #shapes = new FlatShapes(renamed);

  parse(text: string, sink: ParseSink): void {
    let event: unknown;
    try {
      event = JSON.parse(text);
    } catch (cause) {
      if (holdsLines(text))
        parseLines(nonBlankLines(text), sink, (line) => toMessage(JSON.parse(line), line, this.#shapes));
      else sink.fail(new ParseError(`Not a JSON record: ${excerpt(text)}`, { cause }));
      return;
    }
    try {
      sink.emit(toMessage(event, text, this.#shapes));
    } catch (error) {
      sink.fail(asParseError(error, text));
    }
  }
}

function toMessage(value: unknown, text: string, shapes: FlatShapes): Message {
  const event = needsExactNumbers(value, 0) ? parseJson(text) : value;
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
  configure: () => new SuricataParser(),
};
