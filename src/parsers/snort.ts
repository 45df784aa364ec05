/** Alerts of Snort as CSV (`alert_csv`, Metron's BasicSnortParser). */
import { charsetDecoder } from './charset.ts';
import { isIgnored } from './csv.ts';
import { splitDelimited } from './delimited.ts';
import { excerpt, ParseError } from './errors.ts';
import type { DateReader } from './java-date.ts';
import { dateTimeFormatter } from './java-time-format.ts';
import { javaZone } from './java-zone.ts';
import { asParseError } from './line-records.ts';
import type { Parser, ParserEnvironment, ParserType, ParseSink } from './parser.ts';
import { recordBuilder } from './record-builder.ts';
import { type Settings, textSetting } from './settings.ts';

export const snort: ParserType = {
  name: 'snort',
  classNames: ['org.apache.metron.parsers.snort.BasicSnortParser'],
  description: 'Snort alerts as CSV (alert_csv with its default columns, times with a year: -y)',
  references: ['Snort Users Manual: alert_csv'],
  options: [
    {
      name: 'dateFormat',
      type: 'dateFormat',
      default: 'MM/dd/yy-HH:mm:ss.SSSSSS',
      description: 'How the first column is read (java.time).',
    },
  ],
  samples: [
    '01/27/26-16:01:04.877970 ,1,2010935,3,"SAMPLE POLICY inbound to MSSQL port 1433",TCP,192.0.2.17,56642,198.51.100.20,1433,00:00:5E:00:53:02,00:00:5E:00:53:2D,0x4E,***AP***,0x9AFF3D7,0xC8761D52,,0xFFFF,64,0,59677,64,65536,,,,',
    '01/27/26-16:01:05.000001 ,116,59,1,"Truncated Tcp Options",TCP,192.0.2.18,40022,203.0.113.9,443,00:00:5E:00:53:02,00:00:5E:00:53:2D,0x3C,******S*,0x1,0x0,,0x7210,64,0,1,60,61440,,,,',
    '01/27/26-16:01:06.500000 ,1,408,5,"ICMP Echo Reply",ICMP,192.0.2.19,,198.51.100.7,,00:00:5E:00:53:02,00:00:5E:00:53:2D,0x62,,,,,,64,0,5968,84,86016,0,0,77,1',
    '01/27/26-16:01:07.250000 ,1,254,15,"DNS SPOOF query response, TTL of 1 min",UDP,192.0.2.53,53,192.0.2.17,40022,00:00:5E:00:53:02,00:00:5E:00:53:2D,0x6A,,,,,,64,0,1,92,94208,,,,',
    '01/27/26-16:01:08.750000 ,129,12,2,"Consecutive TCP small segments",TCP,2001:db8::17,51514,2001:db8::80,80,00:00:5E:00:53:02,00:00:5E:00:53:2D,0x4E,***A****,0x2,0x3,,0x100,64,0,2,64,65536,,,,',
  ],
  configure: (config, environment) => new SnortParser(config, environment),
};

// biome-ignore format: in groups
const columns = [
  'timestamp', 'sig_generator', 'sig_id', 'sig_rev', 'msg', 'protocol',
  'ip_src_addr', 'ip_src_port', 'ip_dst_addr', 'ip_dst_port', 'ethsrc', 'ethdst', 'ethlen',
  'tcpflags', 'tcpseq', 'tcpack', 'tcplen', 'tcpwindow', 'ttl', 'tos', 'id', 'dgmlen', 'iplen',
  'icmptype', 'icmpcode', 'icmpid', 'icmpseq',
];

const fields = [...columns, 'original_string', 'is_alert'];
const build = recordBuilder(fields);

/** Settings: `dateFormat` (java.time pattern) and `timeZone`. */
class SnortParser implements Parser {
  readonly messageFields: readonly string[] = fields;
  readonly #readDate: DateReader;
  readonly #environment: ParserEnvironment;
  readonly #cells: unknown[] = [];

  constructor(config: Settings, environment: ParserEnvironment) {
    this.#environment = environment;
    charsetDecoder(textSetting(config, 'readCharset', 'UTF-8'));
    const zone = javaZone(textSetting(config, 'timeZone', environment.timeZone));
    this.#readDate = dateTimeFormatter(textSetting(config, 'dateFormat', 'MM/dd/yy-HH:mm:ss.SSSSSS'), zone);
  }

  parse(text: string, sink: ParseSink): void {
    const cells = this.#cells;
    let time: number;
    try {
      if (isIgnored(text)) throw new ParseError('The record is blank or a comment');
      const count = splitDelimited(text, 0x2c, cells);
      if (count < columns.length) {
        throw new ParseError(`A Snort alert has ${columns.length} cells, this record ${count}`);
      }
      const written = String(cells[0]);
      time = this.#readDate(written, this.#environment.now());
      if (Number.isNaN(time)) {
        throw new ParseError(`The time ${excerpt(written)} does not fit dateFormat`, {
          hint: 'Run Snort with -y, so that its times have a year, or set dateFormat',
        });
      }
    } catch (error) {
      sink.fail(asParseError(error, text));
      return;
    }
    cells[0] = time;
    cells[columns.length] = text;
    cells[columns.length + 1] = 'true';
    sink.emit(build(cells));
  }
}
