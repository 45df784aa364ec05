import { BusError, type BusErrorCode } from '../bus-error.ts';

const codes: Readonly<Record<string, BusErrorCode>> = {
  UNKNOWN_TOPIC_OR_PARTITION: 'SKP_BUS_TOPIC_UNKNOWN',
  UNKNOWN_TOPIC_ID: 'SKP_BUS_TOPIC_UNKNOWN',
  INVALID_TOPIC_EXCEPTION: 'SKP_BUS_NAME',
  MESSAGE_TOO_LARGE: 'SKP_BUS_TOO_LARGE',
  RECORD_LIST_TOO_LARGE: 'SKP_BUS_TOO_LARGE',
  KAFKA_STORAGE_ERROR: 'SKP_BUS_FULL',
  UNKNOWN_MEMBER_ID: 'SKP_BUS_FENCED',
  ILLEGAL_GENERATION: 'SKP_BUS_FENCED',
  FENCED_INSTANCE_ID: 'SKP_BUS_FENCED',
};

const hints: Readonly<Record<string, string>> = {
  NOT_ENOUGH_REPLICAS: 'Fewer brokers hold the partition than min.insync.replicas asks for.',
  NOT_ENOUGH_REPLICAS_AFTER_APPEND: 'Fewer brokers hold the partition than min.insync.replicas asks for.',
  SASL_AUTHENTICATION_FAILED: 'Check the mechanism, the user and the password of the connection.',
  TOPIC_AUTHORIZATION_FAILED: 'The user may not do this with the topic: see the ACLs of the cluster.',
  GROUP_AUTHORIZATION_FAILED: 'The user may not use this consumer group: see the ACLs of the cluster.',
  UNSUPPORTED_SASL_MECHANISM: 'The brokers do not have this mechanism: see sasl.enabled.mechanisms.',
  UNKNOWN_MEMBER_ID: 'The group has members; only they commit for it.',
  KAFKA_STORAGE_ERROR: 'The disk of a broker is full or broken.',
};

interface Nested {
  readonly apiId?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly errors?: unknown;
  readonly cause?: unknown;
}

/** An error of the client, which nests them, and all within it. */
function allOf(error: unknown): Nested[] {
  const found: Nested[] = [];
  const seen = new Set<unknown>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return;
    seen.add(value);
    const one: Nested = value;
    found.push(one);
    if (Array.isArray(one.errors)) one.errors.forEach(visit);
    visit(one.cause);
  };
  visit(error);
  return found;
}

/** All names of broker errors in an error of the client. */
export function brokerErrors(error: unknown): string[] {
  return allOf(error).flatMap(({ apiId, message }) => {
    if (typeof apiId === 'string') return [apiId];
    // The client has words of its own for this one.
    const isUnknown = typeof message === 'string' && message.startsWith('Unknown topic ');
    return isUnknown ? ['UNKNOWN_TOPIC_OR_PARTITION'] : [];
  });
}

/** Node's codes for certificates that it does not take, see `tls.TLSSocket.authorizationError`. */
const certificateCode = /^(CERT_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_|ERR_TLS_CERT_)/;

function isCertificate({ code }: Nested): boolean {
  return typeof code === 'string' && certificateCode.test(code);
}

/** That a broker, or this side, does not want the other: asking again changes nothing. */
export function isRefusal(error: unknown): boolean {
  return allOf(error).some((one) => one.code === 'PLT_KFK_AUTHENTICATION' || isCertificate(one));
}

/** An error of the client as the bus has it: what was being done, what the brokers said, what may help. */
export function busErrorOf(error: unknown, doing: string): BusError {
  if (error instanceof BusError) return error;
  const names = brokerErrors(error);
  const code = names.map((name) => codes[name]).find((one) => one !== undefined) ?? 'SKP_BUS_BROKER';
  const hint = names.map((name) => hints[name]).find((one) => one !== undefined) ?? connectionHint(error);
  const said = names.length > 0 ? [...new Set(names)].join(', ') : innermost(error);
  return new BusError(code, `${doing}: ${said}`, {
    cause: error,
    ...(hint === undefined ? {} : { hint }),
  });
}

function connectionHint(error: unknown): string | undefined {
  const all = allOf(error);
  if (all.some(isCertificate))
    return "tls.ca names the authorities that the brokers' certificates come from, tls.servername the name that they bear.";
  if (all.some(({ message }) => message === 'Connection closed'))
    return 'The broker ends the connection: its listener may want TLS, a certificate of the client (tls.cert, tls.key) or a user (sasl).';
  if (all.some(({ message }) => message === 'Broker requires TLS.'))
    return 'Give tls in cluster.json, or the address of a listener without TLS.';
  return undefined;
}

function innermost(error: unknown): string {
  let at = error;
  for (let depth = 0; depth < 10; depth++) {
    const { errors, cause } = at as { errors?: unknown[]; cause?: unknown };
    const next = errors?.at(-1) ?? cause;
    if (!(next instanceof Error)) break;
    at = next;
  }
  return at instanceof Error ? at.message : String(at);
}
