/**
 * The lists that the demo's rules look things up in, as CSV. The files in examples/demo/lists are what these functions write; a test
 * keeps the two alike.
 */
import { hosts, knownPaths, users } from './company.ts';
import { backupProvider, campaigns, imitated, scanners } from './outside.ts';
import { signatures } from './signatures.ts';

export interface DemoList {
  readonly file: string;
  /** Where it is loaded to. */
  readonly table: 'enrichment' | 'threatintel';
  /** Kind of its entries: the name that fieldToTypeMap uses. */
  readonly type: string;
  csv(): string;
}

export const lists: readonly DemoList[] = [
  {
    file: 'assets.csv',
    table: 'enrichment',
    type: 'asset',
    csv: () =>
      table(
        ['ip', 'hostname', 'owner', 'role', 'zone', 'criticality'],
        hosts.map((host) => [host.ip, host.name, host.owner, host.role, host.zone, host.criticality]),
      ),
  },
  {
    file: 'users.csv',
    table: 'enrichment',
    type: 'user',
    csv: () =>
      table(
        ['login', 'name', 'department', 'title'],
        users.map((user) => [user.login, user.name, user.department, user.title]),
      ),
  },
  {
    file: 'typosquats.csv',
    table: 'enrichment',
    type: 'typosquat',
    csv: () =>
      table(
        ['domain', 'imitates', 'owner', 'technique'],
        imitated.flatMap(({ domain, owner }) =>
          lookAlikes(domain).map(([candidate, technique]) => [candidate, domain, owner, technique]),
        ),
      ),
  },
  {
    file: 'known-paths.csv',
    table: 'enrichment',
    type: 'known_path',
    csv: () =>
      table(
        ['path', 'reason'],
        knownPaths().map(({ from, to, port, reason }) => [`${from.ip}>${to.ip}:${port}`, reason]),
      ),
  },
  {
    file: 'signatures.csv',
    table: 'enrichment',
    type: 'signature',
    csv: () =>
      table(
        ['sig_id', 'kind', 'meaning', 'score'],
        Object.values(signatures).map(({ id, kind, meaning, score }) => [
          String(id),
          kind,
          meaning,
          String(score),
        ]),
      ),
  },
  {
    file: 'upload-partners.csv',
    table: 'enrichment',
    type: 'upload_partner',
    csv: () =>
      table(['ip', 'owner', 'agreement'], [[backupProvider.ip, backupProvider.owner, 'nightly backup']]),
  },
  {
    file: 'control-servers.csv',
    table: 'threatintel',
    type: 'control_server',
    csv: () =>
      indicators(
        'ip',
        campaigns
          .filter(({ control }) => control.listed)
          .map(({ name, control }) => [control.ip, name, 'malware reports here']),
      ),
  },
  {
    file: 'malicious-domains.csv',
    table: 'threatintel',
    type: 'malicious_domain',
    csv: () =>
      indicators(
        'domain',
        campaigns
          .filter(({ control }) => control.listed)
          .map(({ name, control }) => [
            control.host.slice(control.host.indexOf('.') + 1),
            name,
            'name of a control server',
          ]),
      ),
  },
  {
    file: 'malicious-ja3.csv',
    table: 'threatintel',
    type: 'malicious_ja3',
    csv: () => {
      const known = new Map(campaigns.map(({ name, control }) => [control.ja3, name]));
      return indicators(
        'ja3',
        [...known].map(([ja3, name]) => [ja3, name, 'TLS greeting of an implant']),
      );
    },
  },
  {
    file: 'password-guessers.csv',
    table: 'threatintel',
    type: 'password_guesser',
    csv: () =>
      indicators(
        'ip',
        campaigns
          .filter(({ guesser }) => guesser.listed)
          .map(({ name, guesser }) => [guesser.ip, name, 'guesses ssh passwords']),
      ),
  },
  {
    file: 'scanners.csv',
    table: 'threatintel',
    type: 'scanner',
    csv: () =>
      indicators(
        'ip',
        scanners.map((ip) => [ip, '', 'scans the internet']),
      ),
  },
];

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  return `${[columns, ...rows].map((row) => row.map(cell).join(',')).join('\n')}\n`;
}

function indicators(name: string, rows: readonly (readonly string[])[]): string {
  return table([name, 'campaign', 'note'], rows);
}

function cell(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const alike: readonly (readonly [letter: string, other: string])[] = [
  ['o', '0'],
  ['l', '1'],
  ['i', '1'],
  ['a', '4'],
  ['e', '3'],
  ['r', 'rn'],
  ['n', 'm'],
  ['u', 'v'],
];

/** What someone would register to be taken for a domain: letters that look alike, left out, doubled or swapped, and a hyphen. */
export function lookAlikes(domain: string): readonly (readonly [candidate: string, technique: string])[] {
  const dot = domain.indexOf('.');
  const name = domain.slice(0, dot);
  const rest = domain.slice(dot);
  const found = new Map<string, string>();
  const add = (candidate: string, technique: string): void => {
    if (candidate !== name && !found.has(candidate)) found.set(candidate, technique);
  };
  for (let at = 0; at < name.length; at++) {
    const [before, letter, after] = [name.slice(0, at), name.charAt(at), name.slice(at + 1)];
    for (const [from, to] of alike)
      if (letter === from) add(before + to + after, 'a letter that looks alike');
    add(before + after, 'a letter left out');
    add(before + letter + letter + after, 'a letter doubled');
    if (after !== '') {
      add(before + after.charAt(0) + letter + after.slice(1), 'two letters swapped');
      add(`${before}${letter}-${after}`, 'a hyphen put in');
    }
  }
  return [...found].map(([candidate, technique]) => [candidate + rest, technique]);
}
