/**
 * Columns of PAN-OS logs by type and version. PAN-OS only ever appends columns, so that a version is told by how many there are;
 * the level (60, 61, 70, 80) is what messages say as `parser_version`, 0 for a count that is not known.
 */

export interface LogLayout {
  readonly type: string;
  readonly level: number;
  /** Number of cells. */
  readonly count: number;
}

const common = 'palo_alto_domain receive_time serial type subtype config_version time_generated';
const hierarchy = 'dg_hier_level_1 dg_hier_level_2 dg_hier_level_3 dg_hier_level_4 vsys_name device_name';
const session =
  'ip_src_addr ip_dst_addr natsrc natdst rule srcuser dstuser app vsys from to inbound_if outbound_if log_action LOGGED ' +
  'sessionid repeatcnt ip_src_port ip_dst_port natsport natdport flags protocol action';
const tunnel = 'parent_session_id parent_session_start_time tunnel_type';

// Metron calls column 21 start too, and then loses it to the session's start.
const trafficBase = `${common} ${session.replace('LOGGED', 'time_logged')} bytes bytes_sent bytes_received packets start elapsed category - seqno actionflags srcloc dstloc - pkts_sent pkts_received`;
const traffic61 = `${trafficBase} session_end_reason`;
const traffic70 = `${traffic61} ${hierarchy} action_source`;
const traffic80 = `${traffic70} source_vm_uuid destination_vm_uuid tunnel_id monitor_tag ${tunnel}`;

const threatBase = `${common} ${session.replace('LOGGED', 'start')} url threatid category severity direction seqno actionflags srcloc dstloc - contenttype pcap_id filedigest cloud`;
const mail = 'user_agent filetype xff referer sender subject recipient reportid';
const threat61 = `${threatBase} ${mail}`;
const threat70 = `${threatBase} url_idx ${mail} ${hierarchy} -`;
const threat80 = `${threatBase} url_idx ${mail} ${hierarchy} - source_vm_uuid destination_vm_uuid http_method tunnel_id monitor_tag ${tunnel} threat_category content_version -`;

const configBase = `${common} host vsys command admin client result configuration_path`;
const systemBase = `${common} vsys event_id object - - module severity description seqno actionflags`;

/** By type, level and number of cells. */
const lists: readonly (readonly [type: string, count: number, level: number, columns: string])[] = [
  ['CONFIG', 16, 61, `${configBase} seqno actionflags`],
  ['CONFIG', 18, 61, `${configBase} seqno actionflags before_change_detail after_change_detail`],
  ['CONFIG', 22, 80, `${configBase} seqno actionflags ${hierarchy}`],
  ['CONFIG', 24, 80, `${configBase} before_change_detail after_change_detail seqno actionflags ${hierarchy}`],
  ['SYSTEM', 17, 61, systemBase],
  ['SYSTEM', 23, 80, `${systemBase} ${hierarchy}`],
  ['TRAFFIC', 46, 60, trafficBase],
  ['TRAFFIC', 47, 61, traffic61],
  ['TRAFFIC', 54, 70, traffic70],
  ['TRAFFIC', 61, 80, traffic80],
  ['THREAT', 45, 60, threatBase],
  ['THREAT', 53, 61, threat61],
  ['THREAT', 61, 70, threat70],
  ['THREAT', 72, 80, threat80],
];

type Columns = readonly (string | undefined)[];

const byLayout = new Map<string, Columns>();
/** Of counts that are not known: the columns of the highest version that has no more of them, else those of the lowest. */
const byType = new Map<string, readonly { readonly count: number; readonly columns: Columns }[]>();
for (const [type, count, level, columns] of lists) {
  const names = columns.split(' ').map((name) => (name === '-' ? undefined : name));
  byLayout.set(`${type} ${level} ${count}`, names);
  byType.set(type, [...(byType.get(type) ?? []), { count, columns: names }]);
}
const levels = new Map(lists.map(([type, count, level]) => [`${type} ${count}`, level]));
const commonOnly: Columns = common.split(' ');

export function layoutOf(type: string, count: number): LogLayout {
  return { type, level: levels.get(`${type} ${count}`) ?? 0, count };
}

export function columnsOf({ type, level, count }: LogLayout): Columns {
  if (level > 0) return byLayout.get(`${type} ${level} ${count}`) ?? commonOnly;
  const versions = byType.get(type);
  if (versions === undefined) return commonOnly;
  return versions.findLast((version) => version.count <= count)?.columns ?? versions[0]!.columns;
}
