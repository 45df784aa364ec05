/** Seeded events for benchmarks: the same bytes on every machine. */

/** Mulberry32: small, seeded, good enough for test data. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface AddressMix {
  /** All addresses; the first tenth is drawn four times in five. */
  readonly addresses: readonly string[];
  draw(): string;
}

/** `count` public addresses, a tenth of them drawn four times in five: the mix of the reference system's benchmark. */
export function addressMix(seed: number, count = 10_000): AddressMix {
  const next = random(seed);
  const octet = (): number => Math.floor(next() * 256);
  const addresses = Array.from(
    { length: count },
    () => `${16 + Math.floor(next() * 80)}.${octet()}.${octet()}.${octet()}`,
  );
  const often = Math.floor(count / 10);
  return {
    addresses,
    draw: () =>
      next() < 0.8
        ? addresses[Math.floor(next() * often)]!
        : addresses[often + Math.floor(next() * (count - often))]!,
  };
}

const methods = ['GET', 'GET', 'GET', 'POST', 'HEAD'];
const hosts = [
  'intranet.example.com',
  'www.example.org',
  'cdn.example.net',
  'mail.example.com',
  'api.example.io',
];
const agents = [
  'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36',
  'curl/8.15.0',
];

/** A parsed proxy event of about 500 bytes, as it lies between the parsing and the enrichment stage. */
export function proxyEvents(seed: number, mix: AddressMix): () => Record<string, unknown> {
  const next = random(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!;
  let timestamp = 1_750_000_000_000;
  let number = 0;
  return () => {
    timestamp += Math.floor(next() * 3);
    number++;
    return {
      guid: `5eed0000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`,
      'source.type': 'proxy',
      timestamp,
      ip_src_addr: `10.${Math.floor(next() * 4)}.${Math.floor(next() * 32)}.${Math.floor(next() * 250)}`,
      ip_src_port: 1024 + Math.floor(next() * 60_000),
      ip_dst_addr: mix.draw(),
      ip_dst_port: next() < 0.8 ? 443 : 80,
      protocol: 'tcp',
      method: pick(methods),
      host: pick(hosts),
      uri: `/app/${Math.floor(next() * 400)}/item/${Math.floor(next() * 5000)}?session=${Math.floor(next() * 1e9).toString(36)}`,
      status: next() < 0.9 ? 200 : 404,
      bytes_in: 200 + Math.floor(next() * 800),
      bytes_out: 500 + Math.floor(next() ** 4 * 1e6),
      user_agent: pick(agents),
    };
  };
}
