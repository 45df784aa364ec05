import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { domainName, isDomain } from './domain.ts';
import { isInSubnets, parseIpv4, parseIpv6, parseSubnet, SubnetTable } from './subnet.ts';
import { hostOf, parseUrl } from './url.ts';

describe('addresses', () => {
  it('are read as numbers', () => {
    expect(parseIpv4('10.0.0.1')).toBe(167772161);
    expect(parseIpv4('255.255.255.255')).toBe(4294967295);
    expect(parseIpv6('::ffff:10.0.0.1')).toBe(0xffff0a000001n);
    expect(parseIpv6('2001:db8::1')).toBe(0x20010db8000000000000000000000001n);
    expect(parseIpv6('::')).toBe(0n);
  });

  it.each([
    '',
    '1',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '1..2.3',
    '.1.2.3',
    '1.2.3.',
    '1.2.3.4 ',
    '0001.2.3.4',
    'a.b.c.d',
    '1.2.3.-4',
  ])('%j is none', (text) => {
    expect(parseIpv4(text)).toBe(-1);
  });

  it('lie in subnets, but not at the ends of an IPv4 one', () => {
    const subnets = [parseSubnet('10.0.0.0/30'), parseSubnet('2001:db8::/32')];
    expect(
      ['10.0.0.0', '10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4'].map((ip) => isInSubnets(ip, subnets)),
    ).toEqual([false, true, true, false, false]);
    expect(isInSubnets('2001:db8:ffff::', subnets)).toBe(true);
    expect(isInSubnets('2001:db9::', subnets)).toBe(false);
    expect(isInSubnets('128.0.0.1', [parseSubnet('0.0.0.0/0')])).toBe(true);
    expect(isInSubnets('10.0.0.1', [parseSubnet('10.0.0.1/32')])).toBe(false);
  });

  it.each(['10.0.0.0', '10.0.0.0/33', '/8', '10.0.0.0/', '10.0.0.0/a', 'x/8', '::/129'])(
    '%s is no subnet',
    (text) => {
      expect(() => parseSubnet(text)).toThrow(/is not a subnet/);
    },
  );
});

describe('a URL', () => {
  it('is taken apart', () => {
    expect(parseUrl(' https://me:pw@[::1]:8443/a/b?c=d#e')).toEqual({
      protocol: 'https',
      host: '[::1]',
      port: 8443,
      path: '/a/b',
    });
    expect(parseUrl('HTTP://h?x=/y')).toEqual({ protocol: 'http', host: 'h', port: 80, path: '' });
    expect(parseUrl('http://h:/p')).toEqual({ protocol: 'http', host: 'h', port: 80, path: '/p' });
  });

  it.each([
    '',
    'a',
    '://',
    'gopher://a',
    'http://a:b',
    'http://[::1',
    'http://a@b@c',
    'http://a:-1',
    'http://a:99999999999',
  ])('%j cannot be read', (text) => {
    expect(parseUrl(text)).toBeUndefined();
  });
});

describe('a domain name', () => {
  it('has a public suffix', () => {
    expect(domainName('WWW.Example.CO.UK.')).toEqual({ name: 'www.example.co.uk', suffix: 'co.uk' });
    expect(domainName('a.github.io')?.suffix).toBe('github.io');
    expect(domainName('a.nosuchtld')?.suffix).toBe('nosuchtld');
  });

  it.each([
    '',
    '.',
    'a..b',
    '-a.com',
    'a b.com',
    '1.2.3.4',
    `${'a'.repeat(64)}.com`,
    `${'a.'.repeat(130)}com`,
  ])('%j is none', (text) => {
    expect(domainName(text)).toBeNull();
  });

  it('may be written in any script when it is validated', () => {
    expect(isDomain('bücher.de')).toBe(true);
    expect(isDomain('example.notatld')).toBe(false);
    expect(isDomain('com')).toBe(false);
  });

  it('keeps nothing alive but itself when it is remembered', () => {
    const before = process.memoryUsage().heapUsed + process.memoryUsage().external;
    for (let i = 0; i < 400; i += 1) {
      const line = `${String(i).padStart(6, '0')}.kept.example.net ${'x'.repeat(500_000)}`;
      // Flattened, so that the name is a view on the whole line, as one cut out of an event is.
      line.charCodeAt(line.length - 1);
      domainName(JSON.parse(JSON.stringify(line)).slice(0, 23));
    }
    expect(process.memoryUsage().heapUsed + process.memoryUsage().external - before).toBeLessThan(
      150_000_000,
    );
  });

  it('stays right when many names push each other out of memory', () => {
    for (let i = 0; i < 10_000; i += 1) expect(domainName(`h${i}.example.org`)?.suffix).toBe('org');
    expect(domainName('h1.example.org')?.name).toBe('h1.example.org');
  });
});

describe('a table of subnets', () => {
  it('holds what each of its subnets holds', () => {
    const octet = fc.constantFrom(0, 1, 2, 127, 128, 254, 255);
    const address = fc.tuple(octet, octet, octet, octet).map((parts) => parts.join('.'));
    const subnet = fc
      .tuple(address, fc.integer({ min: 0, max: 32 }))
      .map(([ip, bits]) => parseSubnet(`${ip}/${bits}`));
    fc.assert(
      fc.property(
        fc.array(subnet, { maxLength: 8 }),
        fc.array(address, { minLength: 8, maxLength: 8 }),
        (subnets, ips) => {
          const table = new SubnetTable(subnets);
          for (const ip of ips) expect(table.has(ip), ip).toBe(isInSubnets(ip, subnets));
        },
      ),
      { numRuns: 1000 },
    );
    const mixed = new SubnetTable([parseSubnet('2001:db8::/32'), parseSubnet('10.0.0.0/8')]);
    expect([mixed.has('2001:db8::1'), mixed.has('10.0.0.1'), mixed.has('2001:db9::1')]).toEqual([
      true,
      true,
      false,
    ]);
  });
});

describe('the host of a URL', () => {
  it('is the same by the short way and by the whole reader', () => {
    const piece = fc.constantFrom(
      'http://',
      'https://',
      'HTTP://',
      'ftp://',
      'a',
      'www.example.com',
      '-',
      '.',
      '@',
      ':80',
      '/',
      '?',
      '#',
      '[::1]',
      ' ',
      'é',
      '_',
      '\\',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const url = pieces.join('');
        expect(hostOf(url)).toBe(parseUrl(url)?.host ?? null);
      }),
      { numRuns: 3000 },
    );
  });
});
