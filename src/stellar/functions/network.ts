import { domainName } from '../domain.ts';
import { typeError } from '../errors.ts';
import type { Constant, FunctionBody, StellarFunction } from '../expression.ts';
import { isInSubnets, parseSubnet, type Subnet, SubnetTable } from '../subnet.ts';
import { hostOf, parseUrl, type UrlParts } from '../url.ts';
import { describe } from '../values.ts';
import { absent, missing, stringArgument } from './arguments.ts';
import { parameter, variadic } from './define.ts';

/** Addresses, URLs and domain names. */

const many = Number.POSITIVE_INFINITY;

const inSubnet: StellarFunction = {
  name: 'IN_SUBNET',
  category: 'network',
  description:
    'Whether an address lies in one of some subnets. The first and last address of an IPv4 subnet (network and broadcast) do not count; IPv6 subnets hold all of theirs.',
  parameters: [
    parameter('ip', 'string', 'The address'),
    variadic('cidrs', 'string', 'The subnets, such as 10.0.0.0/8 or 2001:db8::/32'),
  ],
  returns: { type: 'boolean', description: 'True when it does; false for null' },
  examples: [
    { expression: "IN_SUBNET('192.168.0.7', '192.168.0.0/24', '10.0.0.0/8')", result: true },
    { expression: "IN_SUBNET('2001:db8::1', '2001:db8::/32')", result: true },
  ],
  pure: true,
  arity: [2, many],
  call: (_, ip, ...cidrs) => {
    if (absent(ip)) return false;
    const address = stringArgument('IN_SUBNET', 'ip', ip);
    return cidrs.some(
      (cidr) =>
        !absent(cidr) && isInSubnets(address, [parseSubnet(stringArgument('IN_SUBNET', 'cidrs', cidr))]),
    );
  },
  prepare: (constants: readonly (Constant | undefined)[]): FunctionBody | undefined => {
    const subnets: Subnet[] = [];
    for (const constant of constants.slice(1)) {
      if (typeof constant?.value !== 'string') return undefined;
      subnets.push(parseSubnet(constant.value));
    }
    const table = new SubnetTable(subnets);
    return (_, ip) =>
      typeof ip === 'string'
        ? table.has(ip)
        : !absent(ip) && table.has(stringArgument('IN_SUBNET', 'ip', ip));
  },
};

function urlPart(
  name: string,
  what: string,
  type: string,
  result: unknown,
  read: (url: UrlParts) => unknown,
): StellarFunction {
  return {
    name,
    category: 'network',
    description: `The ${what} of a URL.`,
    parameters: [parameter('url', 'string', 'The URL')],
    returns: {
      type,
      description: `The ${what}, null when the URL cannot be read or its scheme is not known`,
    },
    examples: [{ expression: `${name}('https://user@www.example.com/a/b?c=d#e')`, result }],
    pure: true,
    arity: [1, many],
    call: (_, url) => {
      if (url === null) return null;
      if (typeof url !== 'string') {
        if (url === undefined) throw missing(name, 'url');
        throw typeError(`${name} needs a string as 'url', not ${describe(url)}`);
      }
      const parts = parseUrl(url);
      return parts === undefined ? null : read(parts);
    },
  };
}

const urlToHost: StellarFunction = (() => {
  const whole = urlPart('URL_TO_HOST', 'host', 'string', 'www.example.com', ({ host }) => host);
  return {
    ...whole,
    call: (capabilities, url) => (typeof url === 'string' ? hostOf(url) : whole.call(capabilities, url)),
  };
})();
const urlToPort = urlPart(
  'URL_TO_PORT',
  'port (that of the scheme when the URL names none)',
  'integer',
  443,
  ({ port }) => port,
);
const urlToPath = urlPart('URL_TO_PATH', 'path', 'string', '/a/b', ({ path }) => path);
const urlToProtocol = urlPart('URL_TO_PROTOCOL', 'scheme', 'string', 'https', ({ protocol }) => protocol);

function domainText(name: string, value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (absent(value)) return null;
  throw typeError(`${name} needs a string as 'domain', not ${describe(value)}`);
}

const domainToTld: StellarFunction = {
  name: 'DOMAIN_TO_TLD',
  category: 'network',
  description:
    'The public suffix of a domain name, such as com or co.uk; of a name that is not valid what follows its last dot.',
  parameters: [parameter('domain', 'string', 'The domain name')],
  returns: { type: 'string', description: "The suffix; the text 'null' for null" },
  examples: [{ expression: "DOMAIN_TO_TLD('www.example.co.uk')", result: 'co.uk' }],
  pure: true,
  arity: [1, many],
  call: (_, domain) => {
    const text = domainText('DOMAIN_TO_TLD', domain);
    if (text === null) return 'null';
    return domainName(text)?.suffix ?? text.slice(text.lastIndexOf('.') + 1);
  },
};

const domainRemoveTld: StellarFunction = {
  name: 'DOMAIN_REMOVE_TLD',
  category: 'network',
  description: 'A domain name without its public suffix.',
  parameters: [parameter('domain', 'string', 'The domain name')],
  returns: {
    type: 'string',
    description: 'The rest, empty for a bare suffix, null for null and names that are not valid',
  },
  examples: [{ expression: "DOMAIN_REMOVE_TLD('www.example.co.uk')", result: 'www.example' }],
  pure: true,
  arity: [1, many],
  call: (_, domain) => {
    const text = domainText('DOMAIN_REMOVE_TLD', domain);
    const parts = text === null ? null : domainName(text);
    if (parts === null) return null;
    const { name, suffix } = parts;
    return name.length <= suffix.length ? '' : name.slice(0, -suffix.length - 1);
  },
};

const domainRemoveSubdomains: StellarFunction = {
  name: 'DOMAIN_REMOVE_SUBDOMAINS',
  category: 'network',
  description: 'The registrable part of a domain name: its public suffix and one label.',
  parameters: [parameter('domain', 'string', 'The domain name')],
  returns: {
    type: 'string',
    description: 'The part, a bare suffix itself, null for null and names that are not valid',
  },
  examples: [{ expression: "DOMAIN_REMOVE_SUBDOMAINS('mail.example.co.uk')", result: 'example.co.uk' }],
  pure: true,
  call: (_, domain) => {
    const text = domainText('DOMAIN_REMOVE_SUBDOMAINS', domain);
    const parts = text === null ? null : domainName(text);
    if (parts === null) return null;
    const { name, suffix } = parts;
    const rest = name.slice(0, -suffix.length - 1);
    return rest === '' ? name : name.slice(rest.lastIndexOf('.') + 1);
  },
};

export const networkFunctions: readonly StellarFunction[] = [
  inSubnet,
  urlToHost,
  urlToPort,
  urlToPath,
  urlToProtocol,
  domainToTld,
  domainRemoveTld,
  domainRemoveSubdomains,
];
