import { domainToASCII, domainToUnicode } from 'node:url';
import { argumentError } from './errors.ts';

/** Names that somebody might register to be taken for another one: eleven ways to come from a label to its look-alikes. */

/** DNS allows 63 octets in a label; look-alikes of a longer one could not be registered. */
const longestLabel = 63;

const letters = 'abcdefghijklmnopqrstuvwxyz';

// What stands next to a key, on the keyboards of three languages.
const qwerty =
  '1:2q 2:3wq1 3:4ew2 4:5re3 5:6tr4 6:7yt5 7:8uy6 8:9iu7 9:0oi8 0:po9 q:12wa w:3esaq2 e:4rdsw3 r:5tfde4 t:6ygfr5 y:7uhgt6 ' +
  'u:8ijhy7 i:9okju8 o:0plki9 p:lo0 a:qwsz s:edxzaw d:rfcxse f:tgvcdr g:yhbvft h:ujnbgy j:ikmnhu k:olmji l:kop z:asx ' +
  'x:zsdc c:xdfv v:cfgb b:vghn n:bhjm m:njk';
const qwertz =
  '1:2q 2:3wq1 3:4ew2 4:5re3 5:6tr4 6:7zt5 7:8uz6 8:9iu7 9:0oi8 0:po9 q:12wa w:3esaq2 e:4rdsw3 r:5tfde4 t:6zgfr5 z:7uhgt6 ' +
  'u:8ijhz7 i:9okju8 o:0plki9 p:lo0 a:qwsy s:edxyaw d:rfcxse f:tgvcdr g:zhbvft h:ujnbgz j:ikmnhu k:olmji l:kop y:asx ' +
  'x:ysdc c:xdfv v:cfgb b:vghn n:bhjm m:njk';
const azerty =
  '1:2a 2:3za1 3:4ez2 4:5re3 5:6tr4 6:7yt5 7:8uy6 8:9iu7 9:0oi8 0:po9 a:2zq1 z:3esqa2 e:4rdsz3 r:5tfde4 t:6ygfr5 y:7uhgt6 ' +
  'u:8ijhy7 i:9okju8 o:0plki9 p:lo0m q:zswa s:edxwqz d:rfcxse f:tgvcdr g:yhbvft h:ujnbgy j:iknhu k:olji l:kopm m:lp ' +
  'w:sxq x:wsdc c:xdfv v:cfgb b:vghn n:bhj';

const keyboards: readonly ReadonlyMap<string, string>[] = [qwerty, qwertz, azerty].map(
  (keys) => new Map(keys.split(' ').map((key) => [key.charAt(0), key.slice(2)])),
);

// What looks like a letter, one or several characters each.
const lookAlikes: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    a: 'à á â ã ä å ɑ а ạ ǎ ă ȧ ӓ',
    b: 'd lb ib ʙ Ь b\u0314 ɓ Б',
    c: 'ϲ с ƈ ċ ć ⅽ',
    d: 'b cl dl di ԁ ժ ɗ đ',
    e: 'é ê ë ē ĕ ě ė е ẹ ę є ϵ ҽ',
    f: 'Ϝ ƒ Ғ',
    g: 'q ɢ ɡ Ԍ ġ ğ ց ǵ ģ',
    h: 'lh ih һ հ Ꮒ н',
    i: '1 l Ꭵ í ï ı ɩ ι ꙇ ǐ ĭ',
    j: 'ј ʝ ϳ ɉ',
    k: 'lk ik lc κ ⲕ',
    l: '1 i ɫ ł',
    m: 'n nn rn rr ṃ ᴍ м ɱ',
    n: 'm r ń',
    o: '0 Ο ο О о Օ ȯ ọ ỏ ơ ó ö ӧ',
    p: 'ρ р ƿ Ϸ Þ',
    q: 'g զ ԛ գ ʠ',
    r: 'ʀ Г ᴦ ɼ ɽ',
    s: 'Ⴝ Ꮪ ʂ ś ѕ',
    t: 'τ т ţ',
    u: 'μ υ Ս ս ц ᴜ ǔ ŭ',
    v: 'ѵ ν v\u0307',
    w: 'vv ѡ ա ԝ',
    x: 'х ҳ ẋ',
    y: 'ʏ γ у Ү ý',
    z: 'ʐ ż ź ᴢ',
  }).map(([letter, alike]) => [letter, alike.split(' ')]),
);

type Strategy = (label: string) => Iterable<string>;

function* addition(label: string): Iterable<string> {
  for (const letter of letters) yield label + letter;
}

/** A bit that a memory fault turned over (Dinaburg, "Bitsquatting", 2011). */
function* bitFlips(label: string): Iterable<string> {
  for (let i = 0; i < label.length; i += 1) {
    for (let bit = 0; bit < 8; bit += 1) {
      const character = String.fromCharCode(label.charCodeAt(i) ^ (1 << bit));
      if (/^[a-z0-9-]$/.test(character)) yield label.slice(0, i) + character + label.slice(i + 1);
    }
  }
}

/** In each run of the label, each letter that has look-alikes is replaced wherever the run holds it. */
function* homoglyphs(label: string): Iterable<string> {
  const plain = label.startsWith('xn--') ? domainToUnicode(label) || label : label;
  for (let size = 1; size <= plain.length; size += 1) {
    for (let from = 0; from + size <= plain.length; from += 1) {
      const run = plain.slice(from, from + size);
      for (const letter of new Set(run)) {
        // A run that does not begin with the letter, or ends after its last one, repeats what a shorter run gave.
        if (run[0] !== letter || run[size - 1] !== letter) continue;
        for (const alike of lookAlikes.get(letter) ?? []) {
          const made = plain.slice(0, from) + run.replaceAll(letter, alike) + plain.slice(from + size);
          yield made;
          const encoded = domainToASCII(made);
          if (encoded !== '') yield encoded;
        }
      }
    }
  }
}

function* hyphenation(label: string): Iterable<string> {
  for (let i = 1; i < label.length; i += 1) yield `${label.slice(0, i)}-${label.slice(i)}`;
}

function* insertion(label: string): Iterable<string> {
  for (let i = 1; i < label.length - 1; i += 1) {
    const rest = label.slice(i + 1);
    for (const key of neighbours(label[i]!)) {
      yield label.slice(0, i) + key + label[i] + rest;
      yield label.slice(0, i + 1) + key + rest;
    }
  }
}

function* omission(label: string): Iterable<string> {
  for (let i = 0; i < label.length; i += 1) yield label.slice(0, i) + label.slice(i + 1);
  yield withoutDoubles(label);
}

function withoutDoubles(label: string): string {
  return Array.from(label)
    .filter((character, at, all) => character !== all[at - 1])
    .join('');
}

function* repetition(label: string): Iterable<string> {
  for (let i = 0; i < label.length; i += 1)
    if (/\p{L}/u.test(label[i]!)) yield label.slice(0, i + 1) + label.slice(i);
}

function* replacement(label: string): Iterable<string> {
  for (let i = 0; i < label.length; i += 1)
    for (const key of neighbours(label[i]!)) yield label.slice(0, i) + key + label.slice(i + 1);
}

function* subdomain(label: string): Iterable<string> {
  for (let i = 1; i < label.length; i += 1) {
    if (/[-.]/.test(label[i]!) || /[-.]/.test(label[i - 1]!)) continue;
    yield `${label.slice(0, i)}.${label.slice(i)}`;
  }
}

function* transposition(label: string): Iterable<string> {
  for (let i = 0; i + 1 < label.length; i += 1)
    yield label.slice(0, i) + label[i + 1] + label[i] + label.slice(i + 2);
}

function* vowelSwap(label: string): Iterable<string> {
  for (let i = 0; i < label.length; i += 1) {
    if (!/[aeiou]/.test(label[i]!)) continue;
    for (const vowel of 'aeiou') yield label.slice(0, i) + vowel + label.slice(i + 1);
  }
}

function* neighbours(key: string): Iterable<string> {
  for (const keyboard of keyboards) yield* keyboard.get(key) ?? '';
}

const strategies: readonly Strategy[] = [
  addition,
  bitFlips,
  homoglyphs,
  hyphenation,
  insertion,
  omission,
  repetition,
  replacement,
  subdomain,
  transposition,
  vowelSwap,
];

/** The look-alikes of a label, itself not among them. Raises `StellarError` for one that is too long for DNS. */
export function typosquats(label: string): Set<string> {
  if (label.length > longestLabel) {
    throw argumentError(
      `a label has up to ${longestLabel} characters, not ${label.length}`,
      'hand in the name without its top-level domain',
    );
  }
  const found = new Set<string>();
  for (const strategy of strategies) for (const one of strategy(label)) found.add(one);
  found.delete(label);
  return found;
}
