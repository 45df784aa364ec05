/** The text of docs/metron-differences.md, from the tables that the runners of observed cases check. */
import { intendedDifferences as parserDifferences } from '../src/parsers/index.ts';
import { intendedDifferences as stellarDifferences } from '../src/stellar/vectors.ts';
import { intendedProfilerDifferences } from './profiler-vectors.ts';
import { intendedDifferences as triageDifferences } from './triage-vectors.ts';

const introduction = `# What is different from Metron

Skopos keeps Metron's behaviour where authors of configurations rely on it, the surprising readings included. It differs where Metron
loses data, breaks security or contradicts its own documentation. Each difference that an observed case shows is listed with the
ids of those cases; the runners (\`npm run vectors\`) check that it is as told here.

This page is generated: \`node scripts/generate-differences.ts\`.

## Without a case

- **Ids.** \`guid\` is derived from the event's place in the log instead of being random, so that a replay writes no event twice.
- **Chains need no topic.** A message for the topic of a sensor of this program is parsed on at once. One without the field that
  \`kafka.topicField\` names stays with its sensor, where Metron drops it; one that names a topic nobody knows is an error. Messages cut out of one
  envelope share no id. A loop ends after ten sensors ([chaining.md](chaining.md)).
- **Nothing is dropped in triage.** A rule that fails (an error, a result that is no boolean, a score that is no number) disables only
  itself; the event goes on and says so in \`enrichment_errors\`. Metron drops the event.
- **\`is_alert\` that says neither yes nor no** makes an alert with a note in \`enrichment_errors\`. Metron drops the event.
- **Order.** Outputs of adapters and Stellar groups are merged in the order of the configuration. Metron leaves it to a hash map.
- **Geo.** IPv6 addresses have places too; the value is never resolved as a host name, so no DNS query is made.
- **ASN.** \`network\` is the network that matched, in CIDR notation; Metron gives the address back. There is an adapter \`asn\` beside the
  function.
- **Field names with dots** work in \`hbaseEnrichment\` and \`hbaseThreatIntel\`.
- **New indicators match at once.** Metron keeps negative answers for ten minutes.
- **Column families** other than \`t\` are tables of their own, \`<table>:<family>\`.
- **Timing fields** (\`adapter.*.ts\`, \`parallelenricher.*.ts\`) are written only when \`enrichment.timing.fields\` is true in \`global.json\`; metrics
  say the same without making each event longer.
- **An unknown adapter, an unknown key or an expression that does not compile** is refused when the configuration is read, with the place and
  the nearest name. Metron notices at the first event.
- **A transformation that fails** loses its own message, not the others of the record.
- **Errors** have a topic of their own (\`errors\`) with the raw bytes, and their index has \`failed_sensor_type\` set to the sensor.
- **Invalid bytes.** Bytes that are wrong in the sensor's character set are kept, as \`original_bytes\` (Base64), beside the text with
  replacement characters.
- **Keys of \`parserConfig\`** that no parser and no expression reads are told when the configuration is read; one that is nearly an
  option is refused with its name.
- **Changing \`parserConfig\`, the parser or its filter** needs no restart.
- **A patch may carry a version** and is refused with 409 when the alert has changed since; \`move\` removes the field it moved from.
- **Every route of the API has a role.**
- **What expressions reach.** A rule on the stream has no files, shell, bus or configuration; Metron lets rules call \`HDFS_RM\`.
- **REST.** \`REST_GET\` and \`REST_POST\` ask only hosts that the global configuration allows, and private addresses only when told so. Password
  files lie in the configuration folder. There are settings for certificates (\`tls.ca.path\`, \`tls.cert.path\`, \`tls.key.path\`).
- **Files.** \`HDFS_*\` are the files of the data folder (\`files/\`), confined to it. \`HDFS_WRITE\` and \`LOCAL_WRITE\` write UTF-8; Metron keeps the low
  byte of each character.
- **Objects.** \`OBJECT_GET\` and \`ENRICHMENT_OBJECT_GET\` read JSON files in \`objects/\` of the configuration; Metron deserialises Java objects.
- **Configuration.** \`CONFIG_PUT\` checks a document and says everything that is wrong with it; nothing is stored then.
- **\`PARSER_INIT\`** does not take a map for the global configuration as well.
- **\`SHELL_LIST_VARS\`** shows variables that were not assigned in the session; Metron fails over them.
- **\`BYTEARRAY_MATCHER\`** raises for a wrong number of arguments instead of returning the error; it searches in linear time.
- **\`DOMAIN_TYPOSQUAT\`** refuses labels of more than 63 characters, which DNS has not.
- **Cardinality sketches** estimate by O. Ertl's method (2017), without the tables of the HyperLogLog++ paper: within 1.04/√m as before,
  not the same number. **t-digests** are deterministic; Metron's choose at random.
- **Statistics stay as they were** when a value is refused (loses data: in Metron it counts half, and each later value is refused too). NaN is left
  out.
- **Samples** that were stored go on as if they had not been.
- **\`BLOOM_INIT\`** heeds its arguments as documented; Metron passes over the first of one and the second of two.
- **Holidays** are those of date-holidays. The calendars of exchanges (\`target\`, \`nyse\`) are not there.
- **\`HASH\`** of bytes is the digest of the bytes.

## Not there yet

- The profile store, the profiler and models: \`PROFILE_GET\`, \`PROFILE_VERBOSE\`, \`PROFILER_*\` and \`MAAS_*\` are known, and an expression on
  the stream that calls one is refused with the capability that is missing.
`;

function section(title: string, differences: Iterable<readonly [id: string, reason: string]>): string {
  return `## ${title}\n\n${list(differences)}`;
}

function list(differences: Iterable<readonly [id: string, reason: string]>): string {
  const byReason = new Map<string, string[]>();
  for (const [id, reason] of differences) {
    const ids = byReason.get(reason) ?? [];
    ids.push(id);
    byReason.set(reason, ids);
  }
  const lines = [...byReason].map(([reason, ids]) => `- ${sentence(reason)} (${rangesOf(ids).join(', ')})`);
  return `${lines.join('\n')}\n`;
}

/** Ids that follow one another, from three on, as a range. */
function rangesOf(ids: readonly string[]): string[] {
  const runs: string[][] = [];
  for (const id of ids) {
    const last = runs.at(-1);
    if (last !== undefined && follows(last.at(-1)!, id)) last.push(id);
    else runs.push([id]);
  }
  return runs.flatMap((run) =>
    run.length < 3 ? run.map((id) => `\`${id}\``) : [`\`${run[0]}\` to \`${run.at(-1)}\``],
  );
}

function follows(before: string, id: string): boolean {
  const number = /^(.*?)(\d+)$/;
  const first = number.exec(before);
  const second = number.exec(id);
  return (
    first !== null && second !== null && first[1] === second[1] && Number(first[2]) + 1 === Number(second[2])
  );
}

/** A reason as a sentence. A name of a field, a setting or a function is written as it is, as code. */
function sentence(reason: string): string {
  const text = reason.trim().replace(/\.$/, '');
  const name = /^[a-z]\w*(?:[_.]\w+)+|^[A-Z]+(?:_[A-Z]+)+|^%\w+/.exec(text)?.[0];
  if (name !== undefined) return `\`${name}\`${text.slice(name.length)}.`;
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** Why Stellar differs: the reason of a case begins with one of these, or stands for itself. */
const grounds: Readonly<Record<string, string>> = {
  'loses data': 'Metron loses data',
  'breaks security': 'Metron breaks security',
  'contradicts the documentation': 'Metron contradicts its documentation',
  extension: 'Extensions: Metron refuses it, and it has a natural meaning',
};
const noGround = 'Depends on the machine';

function stellarSection(differences: Iterable<readonly [id: string, reason: string]>): string {
  const byGround = new Map<string, [id: string, reason: string][]>();
  for (const title of [...Object.values(grounds), noGround]) byGround.set(title, []);
  for (const [id, reason] of differences) {
    const ground = Object.keys(grounds).find((one) => reason.startsWith(`${one}: `));
    const rest = ground === undefined ? reason : reason.slice(ground.length + 2);
    byGround.get(ground === undefined ? noGround : grounds[ground]!)!.push([id, rest]);
  }
  const parts = [...byGround].filter(([, cases]) => cases.length > 0);
  return ['## Stellar\n', ...parts.map(([title, cases]) => `### ${title}\n\n${list(cases)}`)].join('\n');
}

export function differencesPage(): string {
  return [
    introduction,
    section(
      'Parsers',
      [...parserDifferences].map(([id, { reason }]) => [id, reason] as const),
    ),
    stellarSection(stellarDifferences),
    section('Statistics and windows', intendedProfilerDifferences),
    section('Enrichment and triage', Object.entries(triageDifferences)),
  ].join('\n');
}
