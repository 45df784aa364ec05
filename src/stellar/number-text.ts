/** Java's text of a double: `1.0`, `1.0E10`, `1.0E-5`, `NaN`; exponent form below 1e-3 and from 1e7 up. */
export function javaDoubleText(value: number): string {
  return javaDecimal(value, String(Math.abs(value)));
}

export function javaFloatText(value: number): string {
  if (!Number.isFinite(value) || value === 0) return javaDecimal(value, String(Math.abs(value)));
  // The shortest text that reads back as the same 32-bit float.
  let digits = 1;
  let text = Math.abs(value).toPrecision(digits);
  while (digits < 9 && Math.fround(Number(text)) !== Math.abs(value))
    text = Math.abs(value).toPrecision(++digits);
  return javaDecimal(value, String(Number(text)));
}

function javaDecimal(value: number, shortest: string): string {
  if (Number.isNaN(value)) return 'NaN';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  if (!Number.isFinite(value)) return `${sign}Infinity`;
  if (value === 0) return `${sign}0.0`;
  const magnitude = Math.abs(Number(shortest));
  if (magnitude >= 1e-3 && magnitude < 1e7)
    return `${sign}${shortest.includes('.') ? shortest : `${shortest}.0`}`;
  let [mantissa = '', exponentText = '0'] = shortest.split('e');
  let exponent = Number(exponentText);
  const point = mantissa.indexOf('.');
  const integerPart = point < 0 ? mantissa : mantissa.slice(0, point);
  let digits = mantissa.replace('.', '');
  exponent += integerPart.length - 1;
  const leading = digits.search(/[1-9]/);
  digits = digits.slice(leading).replace(/0+$/, '');
  exponent -= leading;
  mantissa = `${digits[0]}.${digits.slice(1) || '0'}`;
  return `${sign}${mantissa}E${exponent}`;
}
