import { toInteger } from './convert.ts';
import { typeError } from './errors.ts';
import { mapGet } from './members.ts';
import { describe, isMap, isNumber } from './values.ts';

/**
 * Extension: `container[index]`. A list or text by place, from the end when negative; a map by key. Null where there is
 * nothing, and for a container or index that is null. Raises `StellarError` for what has no members.
 */
export function elementAt(container: unknown, index: unknown): unknown {
  if (container === null || container === undefined || index === null) return null;
  if (Array.isArray(container) || typeof container === 'string') {
    const place = isNumber(index) ? toInteger(index) : null;
    if (place === null) {
      throw typeError(
        `a ${typeof container === 'string' ? 'text' : 'list'} is indexed by an int, not ${describe(index)}`,
      );
    }
    return container.at(place) ?? null;
  }
  if (isMap(container)) return mapGet(container, index) ?? null;
  throw typeError(`${describe(container)} cannot be indexed`, 'lists, texts and maps can');
}
