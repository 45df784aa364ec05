/** Values of flow records. All read big endian, from an index that the caller knows to be inside. */
import { ipv6Text } from '../shared/addresses.ts';

const octets = Array.from({ length: 256 }, (_, i) => String(i));
const maxKnown = 65_536;
const knownV4 = new Map<number, string>();
const knownV6 = new Map<string, string>();

/** Addresses come again; the texts of the last ones are kept. */
export function ipv4(b: Buffer, o: number): string {
  const key = ((b[o]! << 24) | (b[o + 1]! << 16) | (b[o + 2]! << 8) | b[o + 3]!) >>> 0;
  let text = knownV4.get(key);
  if (text === undefined) {
    text = `${octets[b[o]!]}.${octets[b[o + 1]!]}.${octets[b[o + 2]!]}.${octets[b[o + 3]!]}`;
    if (knownV4.size >= maxKnown) knownV4.clear();
    knownV4.set(key, text);
  }
  return text;
}

export function ipv6(b: Buffer, o: number): string {
  const key = b.toString('latin1', o, o + 16);
  let text = knownV6.get(key);
  if (text === undefined) {
    text = ipv6Text(b, o);
    if (knownV6.size >= maxKnown) knownV6.clear();
    knownV6.set(key, text);
  }
  return text;
}

/** An unsigned number of 1 to 8 bytes; beyond 2^53 its digits as text. */
export function unsigned(b: Buffer, o: number, length: number): number | string {
  let value = 0;
  for (let i = 0; i < length; i++) value = value * 256 + b[o + i]!;
  if (value <= Number.MAX_SAFE_INTEGER) return value;
  let big = 0n;
  for (let i = 0; i < length; i++) big = (big << 8n) | BigInt(b[o + i]!);
  return big.toString();
}

/** Seconds and fraction since 1900, as epoch milliseconds. */
export function ntp(b: Buffer, o: number): number {
  return (
    (b.readUInt32BE(o) - 2_208_988_800) * 1000 + Math.floor((b.readUInt32BE(o + 4) * 1000) / 4_294_967_296)
  );
}

export function mac(b: Buffer, o: number): string {
  const hex = b.toString('hex', o, o + 6);
  return `${hex.slice(0, 2)}:${hex.slice(2, 4)}:${hex.slice(4, 6)}:${hex.slice(6, 8)}:${hex.slice(8, 10)}:${hex.slice(10, 12)}`;
}

/** Text in UTF-8, without the NULs that fill it up. */
export function text(b: Buffer, o: number, length: number): string {
  let end = o + length;
  while (end > o && b[end - 1] === 0) end--;
  return b.toString('utf8', o, end);
}

/** A count that was taken from one packet in `rate`. */
export function scaled(value: number | string, rate: number): number | string {
  if (rate === 1) return value;
  const product = Math.round(Number(value) * rate);
  return Number.isSafeInteger(product) ? product : BigInt(product).toString();
}

/** Latest moment of ECMAScript's calendar. */
const latest = 8.64e15;

/** The first of several moments that is one. */
export function firstTime(a: number, b: number, c: number, d: number): number {
  if (a >= 0 && a <= latest) return a;
  if (b >= 0 && b <= latest) return b;
  return c >= 0 && c <= latest ? c : d;
}

/** A moment, or undefined when it is none. */
export function timeOrNone(value: number): number | undefined {
  return value >= 0 && value <= latest ? value : undefined;
}

/** Nanoseconds between two moments, where they are some and in order. */
export function durationOf(start: number, end: number): number | undefined {
  return end >= start && end - start <= 9_007_199_254 ? (end - start) * 1_000_000 : undefined;
}

/** Milliseconds since a host was started, as epoch milliseconds. The counter begins anew after 49.7 days. */
export function sinceBoot(boot: number, value: number, exported: number): number {
  const time = boot + value;
  return time > exported + 3_600_000 ? time - 4_294_967_296 : time;
}

export function uint32(b: Buffer, o: number): number {
  return ((b[o]! << 24) | (b[o + 1]! << 16) | (b[o + 2]! << 8) | b[o + 3]!) >>> 0;
}

/** Not a number and the infinite are no values of JSON. */
export function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}

/**
 * One packet in how many was looked at: an interval when there is no space, else so many packets and then so many passed over. 1 when
 * that says nothing.
 */
export function rate(packets: unknown, space: unknown): number {
  const taken = Number(packets);
  const passed = Number(space);
  if (!(taken >= 1 && passed >= 0)) return 1;
  const value = passed === 0 ? taken : (taken + passed) / taken;
  return value <= 1e9 ? value : 1;
}

/** So many of a population are taken (RFC 5477, n-out-of-N and probabilistic sampling): one in how many. 1 when that says nothing. */
export function rateOfSample(size: unknown, population: unknown): number {
  const value = Number(population) / Number(size);
  return value >= 1 && value <= 1e9 ? value : 1;
}
