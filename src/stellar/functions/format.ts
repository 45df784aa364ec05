import { toText } from '../convert.ts';
import { argumentError } from '../errors.ts';
import type { FunctionBody, StellarFunction } from '../expression.ts';
import { type FormatPart, format, parseFormat } from '../java-format.ts';
import { boundedText } from './arguments.ts';
import { defaultZone } from './dates.ts';
import { parameter, variadic } from './define.ts';

function filled(parts: readonly FormatPart[], args: readonly unknown[], zone: string): string {
  const text = format(parts, args, zone);
  boundedText('FORMAT', text.length);
  return text;
}

const formatFunction: StellarFunction = {
  name: 'FORMAT',
  category: 'strings',
  description:
    "Fills values into a text as Java's printf does: %s any value, %d whole numbers, %.2f doubles, %x, %05d, %2$s, %tY, %%.",
  parameters: [
    parameter('format', 'string', 'The text with its conversions'),
    variadic('values', 'any', 'What to fill in'),
  ],
  returns: { type: 'string', description: 'The filled text' },
  examples: [
    { expression: "FORMAT('%s -> %s:%d', '10.0.0.1', '10.0.0.2', 443)", result: '10.0.0.1 -> 10.0.0.2:443' },
    { expression: "FORMAT('%,d bytes, %.1f %%', 1234567, 12.25)", result: '1,234,567 bytes, 12.3 %' },
  ],
  pure: false,
  arity: [1, Number.POSITIVE_INFINITY],
  call: (capabilities, text, ...args) => {
    const pattern = toText(text);
    if (pattern === null) throw argumentError('FORMAT needs a format');
    return filled(parseFormat(pattern), args, defaultZone(capabilities));
  },
  prepare: (constants): FunctionBody | undefined => {
    const pattern = constants[0]?.value;
    if (typeof pattern !== 'string') return undefined;
    const parts = parseFormat(pattern);
    return (capabilities, _, ...args) => filled(parts, args, defaultZone(capabilities));
  },
};

export const formatFunctions: readonly StellarFunction[] = [formatFunction];
