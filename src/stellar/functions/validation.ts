import { isIP, isIPv4, isIPv6 } from 'node:net';
import { isDomain } from '../domain.ts';
import type { StellarFunction } from '../expression.ts';
import { textOf } from '../values.ts';
import { absent } from './arguments.ts';
import { optional, parameter, variadic } from './define.ts';

/** Whether values are what they look like. All of several values must be; none, null and the empty text are not. */

const isIp: StellarFunction = {
  name: 'IS_IP',
  category: 'validation',
  description: 'Whether a text is an IP address.',
  parameters: [
    parameter('ip', 'string', 'The text'),
    optional('type', 'string', "'IPV4' or 'IPV6'; any other text means either"),
  ],
  returns: { type: 'boolean', description: 'True when it is' },
  examples: [
    { expression: "IS_IP('192.168.0.1')", result: true },
    { expression: "IS_IP('192.168.0.1', 'IPV6')", result: false },
  ],
  pure: true,
  call: (_, ip, type) => {
    if (absent(ip)) return false;
    const text = textOf(ip);
    if (text.includes('%')) return false;
    if (type === 'IPV4') return isIPv4(text);
    return type === 'IPV6' ? isIPv6(text) : isIP(text) !== 0;
  },
};

function validator(
  name: string,
  what: string,
  good: string,
  bad: string,
  isValid: (text: string) => boolean,
): StellarFunction {
  return {
    name,
    category: 'validation',
    description: `Whether a value, or each of several, is ${what}.`,
    parameters: [variadic('values', 'any', 'The values, by their text form')],
    returns: {
      type: 'boolean',
      description: 'True when all are; false when there is none or one is null or empty',
    },
    examples: [
      { expression: `${name}('${good}')`, result: true },
      { expression: `${name}('${bad}')`, result: false },
    ],
    pure: true,
    call: (_, ...values) =>
      values.length > 0 && values.every((value) => !absent(value) && value !== '' && isValid(textOf(value))),
  };
}

// RFC 5322 atoms, or a quoted string, at most 64 characters (RFC 5321, section 4.5.3.1.1).
const localPart =
  /^(?:[\w!#$%&'*+\-/=?^`{|}~\u0080-\uffff]+(?:\.[\w!#$%&'*+\-/=?^`{|}~\u0080-\uffff]+)*|"(?:[^"\\\r\n]|\\.)*")$/;

function isEmail(text: string): boolean {
  const at = text.lastIndexOf('@');
  if (at < 1 || at > 64 || text.length > 320) return false;
  const domain = text.slice(at + 1);
  if (!localPart.test(text.slice(0, at))) return false;
  const literal = /^\[(.*)\]$/.exec(domain);
  return literal === null ? isDomain(domain) : isIP(literal[1]!) !== 0;
}

const urlPattern = /^(https?|ftp):\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?(?:#.*)?$/i;
const pathPattern = /^(?:\/[-\w:@&?=+,.!/~*'%$;()]*)?$/;

function isUrl(text: string): boolean {
  if (text.length > 65_536) return false;
  const match = urlPattern.exec(text);
  if (match === null) return false;
  const [, , authority = '', path = '', query = ''] = match;
  const host = /^(?:[^@]*@)?(\[[0-9a-fA-F:.]+\]|[^:]*)(?::(\d{1,5}))?$/.exec(authority);
  if (host === null || Number(host[2] ?? 0) > 65_535) return false;
  const name = host[1]!;
  const isHost = name.startsWith('[') ? isIPv6(name.slice(1, -1)) : isIPv4(name) || isDomain(name);
  return isHost && pathPattern.test(path) && !path.includes('//') && !/\s/.test(query);
}

function isInteger(text: string): boolean {
  if (!/^[+-]?\d{1,20}$/.test(text.trim())) return false;
  const value = BigInt(text.trim().replace(/^\+/, ''));
  return value >= -(2n ** 63n) && value < 2n ** 63n;
}

export const validationFunctions: readonly StellarFunction[] = [
  isIp,
  validator(
    'IS_DOMAIN',
    'a domain name under a top-level domain that exists',
    'www.example.com',
    'localhost',
    isDomain,
  ),
  validator('IS_EMAIL', 'an e-mail address', 'me@example.com', 'example.com', isEmail),
  validator('IS_URL', 'a URL (http, https or ftp)', 'http://www.example.com/a', 'www.example.com', isUrl),
  validator('IS_INTEGER', 'a whole number of 64 bits', '42', '4.2', isInteger),
];
