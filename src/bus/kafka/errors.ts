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
  UNKNOWN_MEMBER_ID: 'The group has members; only they commit for it.',
  KAFKA_STORAGE_ERROR: 'The disk of a broker is full or broken.',
};

/** All names of broker errors in an error of the client, which nests them. */
export function brokerErrors(error: unknown): string[] {
  const found: string[] = [];
  const seen = new Set<unknown>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return;
    seen.add(value);
    const { apiId, errors, cause, message } = value as Readonly<Record<string, unknown>>;
    if (typeof apiId === 'string') found.push(apiId);
    // The client has words of its own for this one.
    else if (typeof message === 'string' && message.startsWith('Unknown topic ')) {
      found.push('UNKNOWN_TOPIC_OR_PARTITION');
    }
    if (Array.isArray(errors)) errors.forEach(visit);
    visit(cause);
  };
  visit(error);
  return found;
}

/** An error of the client as the bus has it: what was being done, what the brokers said, what may help. */
export function busErrorOf(error: unknown, doing: string): BusError {
  if (error instanceof BusError) return error;
  const names = brokerErrors(error);
  const code = names.map((name) => codes[name]).find((one) => one !== undefined) ?? 'SKP_BUS_BROKER';
  const hint = names.map((name) => hints[name]).find((one) => one !== undefined);
  const said = names.length > 0 ? [...new Set(names)].join(', ') : innermost(error);
  return new BusError(code, `${doing}: ${said}`, {
    cause: error,
    ...(hint === undefined ? {} : { hint }),
  });
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
