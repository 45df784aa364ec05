/** The company that is played: Fjordlight Marine, an invented maker of ship lamps with forty-some machines and one domain. */

export type Role =
  | 'workstation'
  | 'domain controller'
  | 'file server'
  | 'database'
  | 'application'
  | 'intranet'
  | 'mail server'
  | 'mail gateway'
  | 'proxy'
  | 'sensor'
  | 'print server'
  | 'printer'
  | 'backup server'
  | 'jump host'
  | 'web server'
  | 'firewall';

export type Criticality = 'low' | 'medium' | 'high' | 'crown jewel';

export interface Host {
  readonly name: string;
  readonly ip: string;
  readonly mac: string;
  readonly role: Role;
  readonly zone: 'office' | 'servers' | 'dmz' | 'edge';
  /** Who answers for it. */
  readonly owner: string;
  readonly criticality: Criticality;
  /** Address that the internet sees, of hosts that it may reach. */
  readonly publicIp?: string;
}

export interface User {
  readonly login: string;
  readonly name: string;
  readonly department: string;
  readonly title: string;
  /** Name of the workstation. */
  readonly workstation: string;
  readonly administrator: boolean;
}

export const domain = 'fjordlight.example';

/** What the firewall translates the addresses of the office to (documentation range, RFC 5737). */
export const publicAddress = '203.0.113.10';

const people: readonly (readonly [login: string, name: string, department: string, title: string])[] = [
  ['aberg', 'Astrid Berg', 'Management', 'Managing director'],
  ['hlund', 'Henrik Lund', 'Management', 'Head of finance'],
  ['ifer', 'Inês Ferreira', 'Finance', 'Accountant'],
  ['tmoe', 'Tobias Moe', 'Finance', 'Payroll clerk'],
  ['kwong', 'Kai Wong', 'Finance', 'Controller'],
  ['mnils', 'Maja Nilsen', 'Sales', 'Account manager'],
  ['jroux', 'Julien Roux', 'Sales', 'Account manager'],
  ['sokaf', 'Samuel Okafor', 'Sales', 'Head of sales'],
  ['lhaas', 'Lena Haas', 'Sales', 'Sales assistant'],
  ['pdahl', 'Per Dahl', 'Purchasing', 'Buyer'],
  ['ekoch', 'Elif Koch', 'Purchasing', 'Buyer'],
  ['rsing', 'Ravi Singh', 'Engineering', 'Optical engineer'],
  ['ahaug', 'Anna Haugen', 'Engineering', 'Head of engineering'],
  ['dmaci', 'Daria Maciel', 'Engineering', 'Electronics engineer'],
  ['bvoss', 'Bastian Voss', 'Engineering', 'Mechanical engineer'],
  ['ysato', 'Yuki Sato', 'Engineering', 'Firmware engineer'],
  ['cgray', 'Colin Gray', 'Engineering', 'Test engineer'],
  ['nsol', 'Nora Solberg', 'Production', 'Shift lead'],
  ['okraw', 'Olek Krawczyk', 'Production', 'Planner'],
  ['ftani', 'Farid Tani', 'Production', 'Quality inspector'],
  ['vlind', 'Vera Lindqvist', 'People', 'Personnel officer'],
  ['zmare', 'Zoe Mareš', 'People', 'Recruiter'],
  ['gbaum', 'Greta Baumann', 'Service', 'Field service'],
  ['wduan', 'Wen Duan', 'Service', 'Customer support'],
  ['edahl', 'Emil Dahlgren', 'IT', 'Systems administrator'],
  ['srios', 'Sofía Ríos', 'IT', 'Network administrator'],
];

export const users: readonly User[] = people.map(([login, name, department, title], at) => ({
  login,
  name,
  department,
  title,
  workstation: `ws-${String(at + 1).padStart(2, '0')}`,
  administrator: department === 'IT',
}));

/** The first parts are Unicast and locally administered: of no maker. */
function macOf(ip: string): string {
  const bytes = ip.split('.').map((part) => Number(part).toString(16).padStart(2, '0').toUpperCase());
  return `02:4C:${bytes.join(':')}`;
}

const workstations: readonly Host[] = users.map((user, at) => {
  const ip = `10.20.10.${21 + at}`;
  return {
    name: user.workstation,
    ip,
    mac: macOf(ip),
    role: 'workstation',
    zone: 'office',
    owner: user.name,
    criticality: user.department === 'Management' || user.administrator ? 'high' : 'low',
  };
});

type Row = readonly [name: string, ip: string, role: Role, criticality: Criticality, publicIp?: string];

const serverRows: readonly Row[] = [
  ['proxy01', '10.20.20.8', 'proxy', 'medium'],
  ['ids01', '10.20.20.9', 'sensor', 'medium'],
  ['dc01', '10.20.20.10', 'domain controller', 'crown jewel'],
  ['dc02', '10.20.20.11', 'domain controller', 'crown jewel'],
  ['file01', '10.20.20.20', 'file server', 'high'],
  ['mail01', '10.20.20.25', 'mail server', 'high'],
  ['db01', '10.20.20.30', 'database', 'crown jewel'],
  ['erp01', '10.20.20.31', 'application', 'high'],
  ['plm01', '10.20.20.32', 'application', 'crown jewel'],
  ['intranet01', '10.20.20.35', 'intranet', 'medium'],
  ['print01', '10.20.20.40', 'print server', 'low'],
  ['printer-2f', '10.20.20.41', 'printer', 'low'],
  ['backup01', '10.20.20.50', 'backup server', 'high'],
];

const dmzRows: readonly Row[] = [
  ['jump01', '10.20.30.11', 'jump host', 'high', '203.0.113.22'],
  ['web01', '10.20.30.20', 'web server', 'medium', '203.0.113.80'],
  ['mailgw01', '10.20.30.25', 'mail gateway', 'medium', '203.0.113.25'],
];

function hostOf([name, ip, role, criticality, publicIp]: Row, zone: Host['zone']): Host {
  const owner = 'Emil Dahlgren';
  return {
    name,
    ip,
    mac: macOf(ip),
    role,
    zone,
    owner,
    criticality,
    ...(publicIp === undefined ? {} : { publicIp }),
  };
}

export const hosts: readonly Host[] = [
  ...workstations,
  ...serverRows.map((row) => hostOf(row, 'servers')),
  ...dmzRows.map((row) => hostOf(row, 'dmz')),
  { ...hostOf(['fw01', '10.20.0.1', 'firewall', 'high'], 'edge'), owner: 'Sofía Ríos' },
];

const byName = new Map(hosts.map((host) => [host.name, host]));

/** Throws for a name that the company does not have. */
export function hostNamed(name: string): Host {
  const host = byName.get(name);
  if (host === undefined) throw new RangeError(`The company has no host ${name}`);
  return host;
}

export function workstationOf(user: User): Host {
  return hostNamed(user.workstation);
}

export const administrators: readonly User[] = users.filter((user) => user.administrator);

/** Connections that administer a machine, or open its files, and that are known to be made: what an inventory would list. */
export interface KnownPath {
  readonly from: Host;
  readonly to: Host;
  readonly port: number;
  readonly reason: string;
}

export function knownPaths(): readonly KnownPath[] {
  const paths: KnownPath[] = [];
  const add = (from: Host, to: string, port: number, reason: string): void => {
    paths.push({ from, to: hostNamed(to), port, reason });
  };
  for (const workstation of workstations) {
    add(workstation, 'file01', 445, 'department shares');
    add(workstation, 'dc01', 445, 'sign-in scripts and policies');
    add(workstation, 'dc02', 445, 'sign-in scripts and policies');
    add(workstation, 'print01', 445, 'printing');
  }
  for (const user of administrators) {
    const from = workstationOf(user);
    for (const host of hosts) {
      if (host.zone === 'servers' && host.role !== 'printer') add(from, host.name, 22, 'administration');
      if (host.zone === 'dmz') add(from, host.name, 22, 'administration');
    }
    for (const to of ['dc01', 'dc02', 'file01', 'erp01']) add(from, to, 3389, 'administration');
  }
  add(hostNamed('jump01'), 'intranet01', 22, 'maintenance from outside');
  for (const to of ['file01', 'db01', 'erp01', 'plm01']) add(hostNamed('backup01'), to, 22, 'nightly backup');
  return paths;
}
