/** Reads typed settings out of a `parserConfig`; what has the wrong type is refused with the name and what was expected. */
import { excerpt, ParserConfigError } from './errors.ts';

export type Settings = Readonly<Record<string, unknown>>;

function own(settings: Settings, name: string): unknown {
  return Object.hasOwn(settings, name) ? settings[name] : undefined;
}

function wrong(name: string, value: unknown, expected: string): ParserConfigError {
  return new ParserConfigError(`parserConfig.${name} is ${excerpt(JSON.stringify(value) ?? 'undefined')}`, {
    hint: `Expected ${expected}`,
  });
}

export function textSetting(settings: Settings, name: string, fallback: string): string {
  const value = own(settings, name);
  if (value === undefined || value === null) return fallback;
  if (typeof value !== 'string') throw wrong(name, value, 'text');
  return value;
}

export function booleanSetting(settings: Settings, name: string, fallback: boolean): boolean {
  const value = own(settings, name);
  if (value === undefined || value === null) return fallback;
  if (typeof value !== 'boolean') throw wrong(name, value, 'true or false');
  return value;
}

/** A boolean that may also be written as text, as the reference does for some settings: "true" in any case, else false. */
export function looseBooleanSetting(settings: Settings, name: string, fallback: boolean): boolean {
  const value = own(settings, name);
  return typeof value === 'string'
    ? value.toLowerCase() === 'true'
    : booleanSetting(settings, name, fallback);
}

export function choiceSetting<const T extends string>(
  settings: Settings,
  name: string,
  choices: readonly T[],
  fallback: T,
): T {
  const value = own(settings, name);
  if (value === undefined || value === null) return fallback;
  for (const choice of choices) if (choice === value) return choice;
  throw wrong(name, value, `one of ${choices.join(', ')}`);
}

/** A list of texts; absent, it is empty. */
export function textListSetting(settings: Settings, name: string): readonly string[] {
  const value = own(settings, name);
  if (value === undefined || value === null) return [];
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.map((item) => {
    if (typeof item !== 'string') throw wrong(name, value, 'a list of texts');
    return item;
  });
}
