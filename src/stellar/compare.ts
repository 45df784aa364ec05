import { wholeOf, widerKind } from './arithmetic.ts';
import { spendComparisons } from './budget.ts';
import { StellarError, typeError } from './errors.ts';
import { mapGet, mapHas, mapSize, setHas } from './members.ts';
import {
  describe,
  isMap,
  isNumber,
  kindOf,
  mapEntries,
  numberOf,
  StellarChar,
  StellarDouble,
  StellarFloat,
  StellarLong,
} from './values.ts';

/** `==`: null equals only null, numbers by value after promotion, all else by the values' own, type-strict equality. */
export function equals(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  const a = left ?? null;
  const b = right ?? null;
  if (a === null || b === null) return a === b;
  if (typeof a === 'string' || typeof b === 'string' || typeof a === 'boolean' || typeof b === 'boolean')
    return false;
  if (isNumber(a) && isNumber(b)) return numbersEqual(a, b);
  return strictEquals(a, b);
}

function numbersEqual(a: unknown, b: unknown): boolean {
  const kind = widerKind(kindOf(a)!, kindOf(b)!);
  if (kind === 'int' || kind === 'long') return wholeOf(a) === wholeOf(b);
  const x = numberOf(a)!;
  const y = numberOf(b)!;
  return kind === 'double' ? x === y : Math.fround(x) === Math.fround(y);
}

const maxDepth = 200;
const maxComparisons = 5_000_000;
let comparisonsLeft = 0;

/** Equality as collections use it: an int never equals a long, a double never an int; lists, sets and maps by content. */
export function strictEquals(left: unknown, right: unknown, depth = 0): boolean {
  if (left === right) return true;
  const a = left ?? null;
  const b = right ?? null;
  if (a === null || b === null) return a === b;
  if (typeof a === 'number') return typeof b === 'number' && Object.is(a, b);
  if (typeof a !== 'object' || typeof b !== 'object') return a === b;
  if (a instanceof StellarDouble) return b instanceof StellarDouble && Object.is(a.value, b.value);
  if (a instanceof StellarFloat) return b instanceof StellarFloat && Object.is(a.value, b.value);
  if (a instanceof StellarLong) return b instanceof StellarLong && a.value === b.value;
  if (a instanceof StellarChar) return b instanceof StellarChar && a.value === b.value;
  if (a instanceof Date) return b instanceof Date && a.getTime() === b.getTime();
  if (depth > 0) return sameMembers(a, b, depth);
  comparisonsLeft = maxComparisons;
  const same = sameMembers(a, b, depth);
  spendComparisons(maxComparisons - comparisonsLeft);
  return same;
}

/** Whether two collections have equal members. Collections that hold each other many times over would not end. */
function sameMembers(a: object, b: object, depth: number): boolean {
  comparisonsLeft -= 1;
  if (depth > maxDepth || comparisonsLeft < 0) {
    throw new StellarError(
      'SKP_STELLAR_BUDGET',
      'two collections are too large or nest too deeply to be compared',
    );
  }
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false;
    comparisonsLeft -= a.length;
    return a.every((item, i) => strictEquals(item, b[i], depth + 1));
  }
  if (a instanceof Set) {
    if (!(b instanceof Set) || a.size !== b.size) return false;
    comparisonsLeft -= a.size;
    for (const item of a) if (!setHas(b, item, depth + 1)) return false;
    return true;
  }
  if (isMap(a) && isMap(b)) {
    let count = 0;
    for (const [key, item] of mapEntries(a)) {
      if (!mapHas(b, key, depth + 1) || !strictEquals(item, mapGet(b, key, depth + 1), depth + 1))
        return false;
      count += 1;
    }
    comparisonsLeft -= count;
    return count === mapSize(b);
  }
  return false;
}

/** Compares for `< <= > >=`: negative, zero, positive; NaN when nothing holds (a null or NaN on either side). */
export function order(left: unknown, right: unknown): number {
  const a = left ?? null;
  const b = right ?? null;
  if (a === null || b === null) return Number.NaN;
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  if (isNumber(a) && isNumber(b)) return numberOrder(a, b);
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  if (a instanceof Date && b instanceof Date) return a.getTime() - b.getTime();
  if (a instanceof StellarChar && b instanceof StellarChar)
    return a.value < b.value ? -1 : a.value > b.value ? 1 : 0;
  throw typeError(
    `${describe(a)} and ${describe(b)} have no order between them`,
    'compare numbers with numbers and strings with strings; TO_INTEGER, TO_DOUBLE and TO_STRING convert',
  );
}

function numberOrder(a: unknown, b: unknown): number {
  if (
    (typeof a === 'number' || a instanceof StellarDouble) &&
    (typeof b === 'number' || b instanceof StellarDouble)
  ) {
    const x = typeof a === 'number' ? a : a.value;
    const y = typeof b === 'number' ? b : b.value;
    return x < y ? -1 : x > y ? 1 : x === y ? 0 : Number.NaN;
  }
  const kind = widerKind(kindOf(a)!, kindOf(b)!);
  if (kind === 'int' || kind === 'long') {
    const x = wholeOf(a);
    const y = wholeOf(b);
    return x < y ? -1 : x > y ? 1 : 0;
  }
  const x = kind === 'float' ? Math.fround(numberOf(a)!) : numberOf(a)!;
  const y = kind === 'float' ? Math.fround(numberOf(b)!) : numberOf(b)!;
  return x < y ? -1 : x > y ? 1 : x === y ? 0 : Number.NaN;
}

/** `x in y`: substring, member, key, else equality; nothing is in null. */
export function isIn(item: unknown, container: unknown): boolean {
  if (typeof container === 'string' && typeof item === 'string') return container.includes(item);
  if (container === null || container === undefined) return false;
  if (Array.isArray(container)) return listHas(container, item);
  if (container instanceof Set) return setHas(container, item);
  if (isMap(container)) return mapHas(container, item);
  return strictEquals(item, container);
}

export function listHas(list: readonly unknown[], item: unknown): boolean {
  if (typeof item === 'string' || typeof item === 'number' || typeof item === 'boolean')
    return list.includes(item);
  return list.some((member) => strictEquals(member, item));
}
