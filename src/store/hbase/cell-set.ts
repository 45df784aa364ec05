/**
 * The messages of HBase's REST server in Protocol Buffers (CellSetMessage.proto and ScannerMessage.proto of hbase-rest 2.6.1):
 * CellSet{repeated Row rows=1}, Row{bytes key=1; repeated Cell values=2}, Cell{bytes row=1, column=2; int64 timestamp=3; bytes data=4},
 * Scanner{bytes startRow=1, endRow=2, repeated columns=3; int32 batch=4, maxVersions=7; string filter=8; int32 caching=9, limit=12}.
 */
import { type Cell, HBaseFault, type HBasePut, type HBaseRow } from './gateway.ts';

const VARINT = 0;
const EIGHT = 1;
const BYTES = 2;
const FOUR = 5;

export function encodeCellSet(family: string, rows: readonly HBasePut[]): Buffer {
  return Buffer.concat(
    rows.flatMap(({ row, cells }) =>
      bytesField(1, [
        ...bytesField(1, [row]),
        ...cells.flatMap(({ qualifier, value }) =>
          bytesField(2, [
            ...bytesField(2, [Buffer.from(`${family}:`), qualifier]),
            ...bytesField(4, [value]),
          ]),
        ),
      ]),
    ),
  );
}

export interface ScannerRequest {
  readonly from: Uint8Array;
  readonly to?: Uint8Array | undefined;
  readonly family: string;
  readonly limit: number;
  readonly filter?: string | undefined;
}

export function encodeScanner({ from, to, family, limit, filter }: ScannerRequest): Buffer {
  return Buffer.concat([
    ...bytesField(1, [from]),
    ...(to === undefined ? [] : bytesField(2, [to])),
    // With a colon it would be the column without a name.
    ...bytesField(3, [Buffer.from(family)]),
    // Cells of one page. A row that is cut by it goes on in the next one.
    ...numberField(4, 1_000),
    ...numberField(7, 1),
    ...(filter === undefined ? [] : bytesField(8, [Buffer.from(filter)])),
    ...numberField(9, Math.min(limit, 1_000)),
    ...numberField(12, limit),
  ]);
}

/** The rows of an answer with their cells of the family. */
export function decodeCellSet(bytes: Buffer, family: string): HBaseRow[] {
  const prefix = Buffer.from(`${family}:`);
  const rows: HBaseRow[] = [];
  eachField(bytes, (id, field) => {
    if (id === 1) rows.push(decodeRow(field, prefix));
  });
  return rows;
}

function decodeRow(bytes: Buffer, prefix: Buffer): HBaseRow {
  let row: Buffer = Buffer.alloc(0);
  const cells: Cell[] = [];
  eachField(bytes, (id, field) => {
    if (id === 1) row = field;
    else if (id === 2) {
      let column: Buffer = Buffer.alloc(0);
      let value: Buffer = Buffer.alloc(0);
      eachField(field, (cellId, part) => {
        if (cellId === 2) column = part;
        else if (cellId === 4) value = part;
      });
      if (column.subarray(0, prefix.length).equals(prefix))
        cells.push({ qualifier: column.subarray(prefix.length), value });
    }
  });
  return { row, cells };
}

/** Calls `take` for each field of bytes; passes over the others. */
function eachField(bytes: Buffer, take: (id: number, field: Buffer) => void): void {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (at >= bytes.length) throw damaged();
      const byte = bytes[at++]!;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw damaged();
  };
  while (at < bytes.length) {
    const tag = varint();
    const wire = tag % 8;
    if (wire === VARINT) varint();
    else if (wire === EIGHT) at += 8;
    else if (wire === FOUR) at += 4;
    else if (wire === BYTES) {
      const length = varint();
      if (at + length > bytes.length) throw damaged();
      take(Math.floor(tag / 8), bytes.subarray(at, at + length));
      at += length;
    } else throw damaged();
  }
  if (at > bytes.length) throw damaged();
}

function damaged(): HBaseFault {
  return new HBaseFault('unavailable', 'an answer that is no CellSet');
}

function bytesField(id: number, parts: readonly Uint8Array[]): Uint8Array[] {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return [varintBytes((id << 3) | BYTES), varintBytes(length), ...parts];
}

function numberField(id: number, value: number): Uint8Array[] {
  return [varintBytes((id << 3) | VARINT), varintBytes(value)];
}

function varintBytes(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return Uint8Array.from(bytes);
}
