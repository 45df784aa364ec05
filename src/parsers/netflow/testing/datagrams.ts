/** For tests: makes datagrams of NetFlow and IPFIX. */

type Fields = readonly (readonly [id: number, length: number])[];

const time = 1_773_043_964;

function words(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [i, value] of values.entries()) bytes.writeUInt16BE(value, i * 2);
  return bytes;
}

function longs(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [i, value] of values.entries()) bytes.writeUInt32BE(value, i * 4);
  return bytes;
}

function set(id: number, content: Buffer): Buffer {
  return Buffer.concat([words(id, content.length + 4), content]);
}

export function dataSet(id: number, bytes: readonly number[]): Buffer {
  return set(id, Buffer.from(bytes));
}

export function template(version: 9 | 10, id: number, fields: Fields): Buffer {
  return set(version === 9 ? 0 : 2, words(id, fields.length, ...fields.flat()));
}

export function optionsTemplate(version: 9 | 10, id: number, scopes: Fields, fields: Fields): Buffer {
  const all = [...scopes, ...fields];
  if (version === 9) return set(1, words(id, scopes.length * 4, fields.length * 4, ...all.flat()));
  return set(3, words(id, all.length, scopes.length, ...all.flat()));
}

export function v9(sets: readonly Buffer[], source = 1): Buffer {
  return Buffer.concat([words(9, sets.length), longs(86_400_000, time, 1, source), ...sets]);
}

export function ipfix(sets: readonly Buffer[], domain = 1): Buffer {
  const body = Buffer.concat(sets);
  return Buffer.concat([words(10, body.length + 16), longs(time, 1, domain), body]);
}

export function v5(count: number): Buffer {
  return Buffer.concat([
    words(5, count),
    longs(86_400_000, time, 0, 1),
    words(0, 0),
    Buffer.alloc(48 * count, 1),
  ]);
}
