const view = new DataView(new ArrayBuffer(8));

/** 16 digits in the order of the numbers (the bits of IEEE 754, turned over for negative ones). */
export function numberDigits(value: number): string {
  view.setFloat64(0, value === 0 ? 0 : value);
  const bits = view.getBigUint64(0);
  const sorted = bits >> 63n === 0n ? bits | (1n << 63n) : ~bits & ((1n << 64n) - 1n);
  return sorted.toString(16).padStart(16, '0');
}
