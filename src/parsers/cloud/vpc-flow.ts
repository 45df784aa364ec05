/**
 * AWS VPC Flow Logs, versions 2 to 10, default or custom format. The columns are those of the header line, if the record has one (files in S3 begin
 * with it), else those of the option `format`, else those of the default format (version 2).
 */
import { ParserConfigError } from '../errors.ts';
import type { Message } from '../parser.ts';
import { type Settings, textSetting } from '../settings.ts';
import { type DocumentedParser, field } from '../shared/documented.ts';
import { numberOr } from '../shared/event-fields.ts';
import { protocolOf } from '../shared/ip-protocol.ts';
import { LineFormat, refusedLine } from '../shared/line-format.ts';
import { readIsoTime } from '../timestamps.ts';
import { vpcFlowSampleConfig, vpcFlowSamples } from './vpc-flow.samples.ts';

const defaultFormat =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';

/** Columns whose values are text even when they are digits. */
const texts = new Set([
  'account-id',
  'interface-id',
  'srcaddr',
  'dstaddr',
  'action',
  'log-status',
  'vpc-id',
  'subnet-id',
  'instance-id',
  'pkt-srcaddr',
  'pkt-dstaddr',
  'type',
  'region',
  'az-id',
  'sublocation-type',
  'sublocation-id',
  'flow-direction',
  'resource-id',
  'pkt-src-aws-service',
  'pkt-dst-aws-service',
  'reject-reason',
  'ecs-cluster-arn',
  'ecs-cluster-name',
  'ecs-container-instance-arn',
  'ecs-container-instance-id',
  'ecs-container-id',
  'ecs-second-container-id',
  'ecs-service-name',
  'ecs-task-definition-arn',
  'ecs-task-arn',
  'ecs-task-id',
]);

const standard: ReadonlyMap<string, string> = new Map([
  ['srcaddr', 'ip_src_addr'],
  ['dstaddr', 'ip_dst_addr'],
  ['srcport', 'ip_src_port'],
  ['dstport', 'ip_dst_port'],
  ['bytes', 'network.bytes'],
  ['packets', 'network.packets'],
  ['account-id', 'cloud.account.id'],
  ['region', 'cloud.region'],
  ['az-id', 'cloud.availability_zone'],
  ['instance-id', 'cloud.instance.id'],
]);

interface Column {
  readonly name: string;
  readonly field: string;
  readonly standard: string | undefined;
  readonly isText: boolean;
}

class VpcFlowParser extends LineFormat {
  readonly #configured: readonly Column[];
  #columns: readonly Column[];

  constructor(settings: Settings) {
    super();
    const format = textSetting(settings, 'format', defaultFormat);
    const columns = columnsOf(format.replace(/\$\{([a-z0-9-]{1,64})\}/g, '$1'));
    if (columns === undefined || !columns.some(({ name }) => name === 'start' || name === 'end'))
      throw new ParserConfigError(`parserConfig.format is ${JSON.stringify(format)}`, {
        hint: 'Expected names of fields with blanks between them, start or end among them, as AWS shows the format of the flow log',
      });
    this.#configured = columns;
    this.#columns = columns;
  }

  override parse(text: string, sink: Parameters<LineFormat['parse']>[1]): void {
    this.#columns = this.#configured;
    super.parse(text, sink);
  }

  protected override skipReason(line: string): string | undefined {
    const blank = super.skipReason(line);
    if (blank !== undefined) return blank;
    const first = line.charCodeAt(0);
    if (!(first >= 0x61 && first <= 0x7a) || line.length > 4096) return undefined;
    const columns = columnsOf(line);
    if (columns === undefined || columns.length < 2 || !line.includes(' start')) return undefined;
    this.#columns = columns;
    return 'header';
  }

  protected override read(line: string): Message {
    const { fields } = this;
    const columns = this.#columns;
    fields.set('timestamp', 0);
    let start = Number.NaN;
    let end = Number.NaN;
    let at = 0;
    // CloudWatch writes the time of delivery in front of exported lines.
    if (line.charCodeAt(4) === 0x2d) {
      const space = line.indexOf(' ');
      if (space > 0 && !Number.isNaN(readIsoTime(line, 0, space))) {
        fields.set('aws.vpcflow.delivered', line.slice(0, space));
        at = space + 1;
      }
    }
    for (let i = 0; i < columns.length; i++) {
      let stop = line.indexOf(' ', at);
      if (stop < 0) stop = line.length;
      if (stop === at || (i < columns.length - 1 && stop === line.length))
        throw wrongColumns(line, columns.length);
      if (i === columns.length - 1 && stop !== line.length) throw wrongColumns(line, columns.length);
      const column = columns[i]!;
      const value = line.slice(at, stop);
      at = stop + 1;
      if (value === '-') continue;
      const kept = column.isText ? value : numberOr(value);
      fields.set(column.field, kept);
      if (column.name === 'version' && typeof kept !== 'number')
        throw refusedLine(line, 'a line of a VPC flow log', 'a number as version');
      if (column.standard !== undefined) fields.set(column.standard, kept);
      else if (column.name === 'protocol') fields.set('protocol', protocolOf(value));
      else if (column.name === 'start' && typeof kept === 'number') start = kept;
      else if (column.name === 'end' && typeof kept === 'number') end = kept;
      else if (column.name === 'action') {
        fields.set('event.action', value.toLowerCase());
        fields.set('event.type', value === 'ACCEPT' ? 'allowed' : 'denied');
      } else if (column.name === 'flow-direction') fields.set('network.direction', value);
      else if (column.name === 'tcp-flags' && typeof kept === 'number')
        fields.set('aws.vpcflow.tcp_flag_names', flagNames(kept));
    }
    const timestamp = (Number.isNaN(start) ? end : start) * 1000;
    if (!(timestamp >= 0 && timestamp < 8.64e15))
      throw refusedLine(line, 'a line of a VPC flow log', 'seconds since 1970 as start');
    fields.set('timestamp', timestamp);
    if (end >= start) fields.set('event.duration', (end - start) * 1_000_000_000);
    fields.set('event.category', 'network');
    fields.set('cloud.provider', 'aws');
    fields.set('original_string', line);
    return fields.build();
  }
}

function wrongColumns(line: string, count: number): Error {
  return refusedLine(line, 'a line of this VPC flow log', `${count} columns (see the option format)`);
}

function columnsOf(format: string): Column[] | undefined {
  const names = format.trim().split(/\s+/);
  if (names.length > 64 || !names.every((name) => columnName.test(name))) return undefined;
  return names.map((name) => ({
    name,
    field: `aws.vpcflow.${name.replaceAll('-', '_')}`,
    standard: standard.get(name),
    isText: texts.has(name),
  }));
}

const columnName = /^[a-z][a-z0-9-]{1,40}$/;

const flags = ['fin', 'syn', 'rst', 'psh', 'ack', 'urg'];

function flagNames(bits: number): string[] {
  return flags.filter((_name, i) => (bits & (1 << i)) !== 0);
}

export const vpcFlow: DocumentedParser = {
  name: 'aws-vpc-flow',
  classNames: ['VpcFlowParser', 'vpcflow'],
  description: 'AWS VPC Flow Logs, default or custom format',
  options: [
    {
      name: 'format',
      type: 'text',
      default: defaultFormat,
      description:
        'The flow log’s format, as AWS shows it or as plain names with blanks between them. A header line in a record holds for that record instead.',
    },
  ],
  samples: vpcFlowSamples,
  sampleConfig: vpcFlowSampleConfig,
  references: [
    'AWS, "Flow log records": https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html',
  ],
  fields: [
    field('ip_src_addr', 'text', '`srcaddr`.'),
    field('ip_src_port', 'number', '`srcport`.'),
    field('ip_dst_addr', 'text', '`dstaddr`.'),
    field('ip_dst_port', 'number', '`dstport`.'),
    field('protocol', 'text', 'Name of `protocol`.'),
    field('event.action', 'text', '`accept` or `reject`.'),
    field('event.type', 'text', '`allowed` or `denied`.'),
    field('event.category', 'text', '`network`.'),
    field('event.duration', 'number', '`end` less `start`, in nanoseconds.'),
    field('network.bytes', 'number', '`bytes`.'),
    field('network.packets', 'number', '`packets`.'),
    field('network.direction', 'text', '`flow-direction`.'),
    field(
      'cloud.*',
      'text',
      '`provider` (`aws`), `account.id`, `region`, `availability_zone`, `instance.id`.',
    ),
    field('aws.vpcflow.tcp_flag_names', 'list', 'Names of the bits of `tcp-flags`.'),
    field('aws.vpcflow.*', 'any', 'All columns that are not `-`, dashes as underscores.'),
  ],
  configure: (config) => new VpcFlowParser(config),
};
