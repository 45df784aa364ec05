/**
 * Names of the headers that ingest puts on records, and of the topic for what could not be accepted as it was. The headers
 * of a record become its metadata in the pipeline.
 */

/** Topic of events that failed anywhere between the socket and the index; values are the raw bytes. */
export const ERRORS_TOPIC = 'errors';

export const HEADER = {
  /** Address of the sender, without port; IPv4 in its own form even when it came over an IPv6 socket. */
  sourceAddress: 'source.address',
  /** Name of the listener in `config/listeners.json`. */
  listener: 'listener',
  /** Path of the file that the record was read from. */
  filePath: 'file.path',
  /** State of a tailed file after this record, JSON; read back after a crash (see `tail-state.ts`). */
  tailState: 'tail.state',
  /** Name of a client certificate's subject (its common name). */
  tlsSubject: 'tls.subject',
  /** On records of the errors topic: Metron's error type. */
  errorType: 'error.type',
  /** On records of the errors topic: a short reason in the form of a metric label, such as `too_long`. */
  errorReason: 'error.reason',
  /** On records of the errors topic: a sentence for a person. */
  errorMessage: 'error.message',
  /** On records of the errors topic: the sensor that the bytes were sent to. */
  sensor: 'error.sensor',
  /** On records of the errors topic: where it failed. */
  stage: 'error.stage',
  /** On records of the errors topic: bytes of the whole message when only a part of it could be kept. */
  totalBytes: 'error.total_bytes',
} as const;

export type RecordHeaders = Readonly<Record<string, string>>;
