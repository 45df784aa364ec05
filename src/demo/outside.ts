/**
 * The internet of the demo. Its names end in `.example` (RFC 2606), so nobody can own them. Its addresses lie in ranges that nobody
 * announced when the list was made, but that the geo database places: no real machine is named.
 */

export interface Site {
  readonly host: string;
  readonly ip: string;
  /** How often it is visited, relative to the others. */
  readonly weight: number;
  readonly paths: readonly string[];
  readonly contentType: string;
  /** Size of an answer in bytes, from and to. */
  readonly size: readonly [number, number];
  /** Old sites do without TLS. */
  readonly plain?: boolean;
}

const html = 'text/html';
const json = 'application/json';

export const sites: readonly Site[] = [
  {
    host: 'www.dagsferry.example',
    ip: '62.182.251.30',
    weight: 9,
    paths: ['/', '/news/harbour', '/sport', '/weather'],
    contentType: html,
    size: [8_000, 220_000],
  },
  {
    host: 'mail.postbrev.example',
    ip: '152.95.48.61',
    weight: 6,
    paths: ['/inbox', '/api/v2/threads', '/search?q=invoice'],
    contentType: json,
    size: [900, 60_000],
  },
  {
    host: 'docs.papirlet.example',
    ip: '51.164.152.77',
    weight: 9,
    paths: ['/d/8841/edit', '/api/ops', '/d/8841/export.pdf'],
    contentType: json,
    size: [400, 90_000],
  },
  {
    host: 'meet.rundbord.example',
    ip: '31.64.192.18',
    weight: 6,
    paths: ['/room/fjord-daily', '/api/presence'],
    contentType: json,
    size: [300, 20_000],
  },
  {
    host: 'cdn.glimtnet.example',
    ip: '57.148.228.40',
    weight: 14,
    paths: ['/lib/app.7f3a.js', '/img/tile-12.webp', '/fonts/sans.woff2'],
    contentType: 'application/javascript',
    size: [3_000, 600_000],
  },
  {
    host: 'www.nordquay.example',
    ip: '16.193.0.70',
    weight: 4,
    paths: ['/tracking/FJ-20931', '/berths', '/login'],
    contentType: html,
    size: [5_000, 80_000],
  },
  {
    host: 'www.harbourbank.example',
    ip: '79.76.224.91',
    weight: 3,
    paths: ['/business/accounts', '/business/payments'],
    contentType: html,
    size: [5_000, 50_000],
  },
  {
    host: 'parts.lampevaerk.example',
    ip: '78.17.177.52',
    weight: 4,
    paths: ['/catalogue/led', '/catalogue/optics?p=3', '/cart'],
    contentType: html,
    size: [9_000, 140_000],
  },
  {
    host: 'api.skylager.example',
    ip: '56.48.32.110',
    weight: 6,
    paths: ['/v1/sync', '/v1/changes?since=99213'],
    contentType: json,
    size: [200, 14_000],
  },
  {
    host: 'video.kystkanal.example',
    ip: '145.60.20.36',
    weight: 3,
    paths: ['/w/4471', '/hls/seg-0041.ts'],
    contentType: 'video/mp2t',
    size: [200_000, 4_000_000],
  },
  {
    host: 'forum.skibslys.example',
    ip: '158.131.212.44',
    weight: 3,
    paths: ['/t/colregs-annex-1', '/latest'],
    contentType: html,
    size: [4_000, 90_000],
    plain: true,
  },
  {
    host: 'update.distrovik.example',
    ip: '148.140.56.12',
    weight: 3,
    paths: ['/pool/main/o/openssl/openssl_3.5.2_amd64.deb', '/dists/stable/InRelease'],
    contentType: 'application/octet-stream',
    size: [20_000, 3_000_000],
    plain: true,
  },
  {
    host: 'telemetry.kontorsuite.example',
    ip: '57.136.184.66',
    weight: 6,
    paths: ['/collect', '/config.json'],
    contentType: json,
    size: [120, 2_000],
  },
];

/** Where the company's backups go each night, and whom it exchanges mail with. */
export const backupProvider = {
  host: 'vault.koldlager.example',
  ip: '159.130.78.14',
  owner: 'Koldlager, the backup provider',
};
export const mailPartners: readonly { readonly domain: string; readonly ip: string }[] = [
  { domain: 'nordquay.example', ip: '16.193.0.71' },
  { domain: 'harbourbank.example', ip: '79.76.224.92' },
  { domain: 'lampevaerk.example', ip: '78.17.177.53' },
  { domain: 'postbrev.example', ip: '152.95.48.62' },
];

/** Machines that knock at every door of the internet. */
export const scanners: readonly string[] = [
  '1.3.88.17',
  '42.96.6.200',
  '152.237.228.9',
  '81.163.64.131',
  '41.73.145.77',
  '153.56.224.25',
  '15.230.178.140',
  '93.72.8.60',
];

/** The first three parts of addresses that knock, and of those that customers have. */
export const strangeNetworks: readonly string[] = [
  '1.3.88',
  '42.96.6',
  '152.237.228',
  '81.163.64',
  '41.73.145',
  '153.56.224',
  '15.230.178',
  '93.72.8',
  '27.98.192',
  '101.97.88',
  '135.136.86',
  '217.75.152',
];
export const customerNetworks: readonly string[] = [
  '31.64.192',
  '62.182.251',
  '78.17.177',
  '79.76.224',
  '145.60.20',
  '87.58.153',
  '83.150.140',
  '131.228.119',
  '32.240.12',
  '46.228.150',
];

/** The domains that are worth imitating: the company's own and those of whom it pays and is paid by. */
export const imitated: readonly { readonly domain: string; readonly owner: string }[] = [
  { domain: 'fjordlight.example', owner: 'our own domain' },
  { domain: 'nordquay.example', owner: 'the port operator Nordquay' },
  { domain: 'harbourbank.example', owner: 'our bank' },
];

/** What one attacker has: a round of the five stories is played with it. */
export interface Campaign {
  readonly name: string;
  readonly phishing: {
    readonly domain: string;
    readonly host: string;
    readonly ip: string;
    readonly sender: string;
    readonly subject: string;
  };
  readonly control: {
    readonly host: string;
    readonly ip: string;
    readonly ja3: string;
    readonly listed: boolean;
  };
  readonly guesser: { readonly ip: string; readonly listed: boolean; readonly account: string };
  readonly drop: { readonly host: string; readonly ip: string };
}

export const campaigns: readonly Campaign[] = [
  {
    name: 'Brine Lantern',
    phishing: {
      domain: 'fj0rdlight.example',
      host: 'portal.fj0rdlight.example',
      ip: '196.18.236.23',
      sender: 'payroll@fj0rdlight.example',
      subject: 'Your payslip',
    },
    control: {
      host: 'sync.tidelog.example',
      ip: '89.44.88.41',
      ja3: '51c64c77e60f3980eea90869b68c58a8',
      listed: true,
    },
    guesser: { ip: '117.122.92.77', listed: true, account: 'svc-backup' },
    drop: { host: 'up.blekkboks.example', ip: '206.224.44.88' },
  },
  {
    name: 'Grey Cormorant',
    phishing: {
      domain: 'nordqu4y.example',
      host: 'tracking.nordqu4y.example',
      ip: '153.55.176.61',
      sender: 'berths@nordqu4y.example',
      subject: 'Berth changed',
    },
    control: {
      host: 'edge.fyrpuls.example',
      ip: '87.120.28.91',
      ja3: '0f63de1d5c8b94a27fe3a1ce42b7d690',
      listed: false,
    },
    guesser: { ip: '152.255.228.9', listed: false, account: 'deploy' },
    drop: { host: 'drop.saltarkiv.example', ip: '94.241.152.57' },
  },
  {
    name: 'Tin Anchor',
    phishing: {
      domain: 'harbour-bank.example',
      host: 'secure.harbour-bank.example',
      ip: '45.6.252.19',
      sender: 'security@harbour-bank.example',
      subject: 'Confirm your payment',
    },
    control: {
      host: 'img.kvasttid.example',
      ip: '176.103.132.66',
      ja3: '51c64c77e60f3980eea90869b68c58a8',
      listed: true,
    },
    guesser: { ip: '118.91.224.31', listed: true, account: 'svc-backup' },
    drop: { host: 'box.torvlager.example', ip: '37.218.200.12' },
  },
];
