import type { JsonValue } from './key-value.ts';
import { StoreError } from './store-error.ts';

/** @throws StoreError (`SKP_STORE_INPUT`) for a name that not every implementation can keep */
export function checkTable(table: string): void {
  if (/^[A-Za-z0-9._:-]{1,200}$/.test(table)) return;
  throw new StoreError(
    'SKP_STORE_INPUT',
    `${JSON.stringify(table.slice(0, 80))} cannot be the name of a table`,
    {
      hint: 'Use 1 to 200 letters, digits, dots, colons, underscores and hyphens.',
    },
  );
}

/** @throws StoreError (`SKP_STORE_INPUT`) for what is no JSON value */
export function toJson(table: string, key: string, value: JsonValue): string {
  const json: string | undefined = JSON.stringify(value);
  if (json !== undefined) return json;
  throw new StoreError('SKP_STORE_INPUT', `The value of ${table}/${key.slice(0, 80)} is no JSON value`, {
    hint: 'Store null, a boolean, number, string, array or object.',
  });
}
