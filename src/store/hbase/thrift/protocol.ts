/**
 * Thrift's binary protocol, as far as HBase's Thrift2 service needs it (Apache Thrift, doc/specs/thrift-binary-protocol.md): strict
 * messages, structs, lists and maps.
 */
export const type = {
  stop: 0,
  bool: 2,
  byte: 3,
  double: 4,
  i16: 6,
  i32: 8,
  i64: 10,
  string: 11,
  struct: 12,
  map: 13,
  set: 14,
  list: 15,
} as const;

export const messageType = { call: 1, reply: 2, exception: 3 } as const;
export const VERSION_1 = 0x80010000;

/** Bytes of a value of a type of fixed length; 0 for the others. */
export function fixedLength(of: number): number {
  switch (of) {
    case type.bool:
    case type.byte:
      return 1;
    case type.i16:
      return 2;
    case type.i32:
      return 4;
    case type.i64:
    case type.double:
      return 8;
    default:
      return 0;
  }
}

/** What the other side sent is no message of this protocol. The connection is of no use after it. */
export class ThriftProtocolError extends Error {}
