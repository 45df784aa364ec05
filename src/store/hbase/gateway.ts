import type tls from 'node:tls';

/** A cell of one family: its qualifier and value. */
export interface Cell {
  readonly qualifier: Uint8Array;
  readonly value: Buffer;
}

export interface HBaseRow {
  readonly row: Buffer;
  readonly cells: readonly Cell[];
}

export interface HBasePut {
  readonly row: Uint8Array;
  readonly cells: readonly { readonly qualifier: Uint8Array; readonly value: Uint8Array }[];
}

export interface RowRange {
  readonly from: Uint8Array;
  /** The first row behind the range; absent: to the end of the table. */
  readonly to?: Uint8Array | undefined;
  /** Rows at most. */
  readonly limit: number;
  /** Rows without their values. */
  readonly keysOnly?: boolean;
}

/** How one server is reached. */
export interface GatewayOptions {
  readonly host: string;
  readonly port: number;
  readonly tls?: tls.ConnectionOptions | undefined;
  readonly connections: number;
  readonly connectMs: number;
  /** Longest time of a call. */
  readonly callMs: number;
}

/**
 * The few calls that the store makes, of either server that HBase offers to clients which are not on the JVM. Table names are HBase's,
 * with the namespace in front where there is one. Any call may fail with a `HBaseFault`.
 */
export interface HBaseGateway {
  /** In the order of `rows`; without cells where there is no such row. */
  get(table: string, family: string, rows: readonly Uint8Array[]): Promise<readonly HBaseRow[]>;
  put(table: string, family: string, rows: readonly HBasePut[]): Promise<void>;
  delete(table: string, family: string, rows: readonly Uint8Array[]): Promise<void>;
  /** Adds one to a counter. */
  increment(table: string, family: string, row: Uint8Array, qualifier: Uint8Array): Promise<void>;
  /** In the order of the rows, those of the start of the range. */
  scan(table: string, family: string, range: RowRange): Promise<readonly HBaseRow[]>;
  exists(table: string): Promise<boolean>;
  /** False when it is there already. */
  createTable(table: string, family: string): Promise<boolean>;
  close(): void;
}

export type FaultKind =
  /** No connection, no answer in time, a broken answer, or a server that says it cannot serve at present. */
  | 'unavailable'
  | 'no table'
  | 'no family'
  /** Asked for something that is no good at any time. */
  | 'refused';

/** A call that failed, of one server. */
export class HBaseFault extends Error {
  readonly kind: FaultKind;

  constructor(kind: FaultKind, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.kind = kind;
  }
}

/** What the text of a Java exception says, of those that HBase's servers pass on. */
export function faultKindOf(text: string): FaultKind {
  if (/NoSuchColumnFamily/.test(text)) return 'no family';
  if (/TableNotFound|TableNotEnabled|UnknownTable|NamespaceNotFound/.test(text)) return 'no table';
  if (
    /IllegalArgument|AccessDenied|InvalidFamilyOperation|DoNotRetryIOException: (?!.*unavailable)/.test(text)
  ) {
    return /AccessDenied/.test(text) ? 'unavailable' : 'refused';
  }
  return 'unavailable';
}

/** Each answer has to be that of its row: a proxy or a fault may have mixed them up, and what is found decides on alerts. */
export function checkAnswers(rows: readonly Uint8Array[], found: readonly HBaseRow[]): void {
  if (found.length !== rows.length)
    throw new HBaseFault('unavailable', `${found.length} answers for ${rows.length} rows`);
  for (const [at, { row, cells }] of found.entries())
    if (cells.length > 0 && !row.equals(rows[at]!))
      throw new HBaseFault('unavailable', 'an answer for another row than was asked for');
}
