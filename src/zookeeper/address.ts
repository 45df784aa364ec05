/** `HOST:PORT,HOST:PORT/chroot`: how ZooKeeper's own tools name an ensemble. */
import { ZookeeperError } from './errors.ts';

export interface ZookeeperServer {
  readonly host: string;
  readonly port: number;
}

export interface ZookeeperAddress {
  /** In the order in which they are tried. */
  readonly servers: readonly ZookeeperServer[];
  /** What stands before every path: '' or `/kafka`. */
  readonly chroot: string;
}

const defaultPort = 2181;

/** @throws ZookeeperError (`SKP_ZOOKEEPER_ADDRESS`) that says which part cannot be read */
export function parseZookeeperAddress(text: string): ZookeeperAddress {
  const slash = text.indexOf('/');
  const chroot = slash === -1 ? '' : text.slice(slash).replace(/\/+$/, '');
  if (chroot !== '' && !/^(?:\/(?!\.{1,2}(?:\/|$))[^/\s\p{Cc}]+)+$/u.test(chroot))
    throw wrong(text, `the path ${JSON.stringify(chroot)} is none that a node can have`);
  const servers = (slash === -1 ? text : text.slice(0, slash)).split(',').map((part) => server(part, text));
  return { servers, chroot };
}

function server(part: string, text: string): ZookeeperServer {
  const found = /^(?:\[([0-9A-Fa-f:.]+)\]|([^\s:[\]@/]+))(?::(\d{1,5}))?$/.exec(part.trim());
  const host = found?.[1] ?? found?.[2];
  const port = found?.[3] === undefined ? defaultPort : Number(found[3]);
  if (host === undefined) throw wrong(text, `${JSON.stringify(part)} is no HOST:PORT`);
  if (port < 1 || port > 65_535) throw wrong(text, `${port} is no port`);
  return { host, port };
}

export function serverName({ host, port }: ZookeeperServer): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function wrong(text: string, what: string): ZookeeperError {
  return new ZookeeperError(
    'SKP_ZOOKEEPER_ADDRESS',
    `Cannot read the address ${JSON.stringify(text.slice(0, 200))}: ${what}`,
    {
      hint: 'Write it as zk1:2181,zk2:2181 with a path behind the last one where there is one: …/metron-prod.',
    },
  );
}
