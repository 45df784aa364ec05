/** Errors on the wire: which status a code has, and how an error becomes a `WireProblem`. */
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { SkoposError } from '../errors.ts';
import type { WireProblem } from './contract.ts';

/** Status by code; by the code's prefix where a whole area has one. The longest match counts. */
const statuses: readonly (readonly [string, number])[] = [
  ['SKP_API_NOT_FOUND', 404],
  ['SKP_API_INVALID', 400],
  ['SKP_BUS_FULL', 507],
  ['SKP_INDEX_CONFLICT', 409],
  ['SKP_INDEX_FULL', 507],
  ['SKP_INDEX_CANCELLED', 499],
  ['SKP_INDEX_CLOSED', 503],
  ['SKP_INDEX_MISSING', 404],
  ['SKP_INDEX_PATCH', 400],
  ['SKP_INDEX_QUERY', 400],
  ['SKP_INDEX_REQUEST', 400],
  ['SKP_INDEX_TIMEOUT', 504],
  ['SKP_DESK', 400],
  ['SKP_DESK_BUSY', 503],
  ['SKP_GROK', 400],
  ['SKP_INGEST_PRESSURE', 429],
  ['SKP_PARSER', 400],
  ['SKP_QUERY', 400],
  ['SKP_CONFIG_INVALID', 400],
  ['SKP_SECURITY_FORBIDDEN', 403],
  ['SKP_SECURITY_ORIGIN', 403],
  ['SKP_SECURITY_SIGN_IN', 401],
  ['SKP_SECURITY_USER', 400],
  ['SKP_STELLAR', 400],
  ['SKP_TRANSFORMATION', 400],
];

export class ApiError extends SkoposError {}

export function statusOf(error: unknown): number {
  if (error instanceof SkoposError) {
    let best: readonly [string, number] = ['', 500];
    for (const entry of statuses)
      if (error.code.startsWith(entry[0]) && entry[0].length > best[0].length) best = entry;
    return best[1];
  }
  const status = (error as { statusCode?: unknown }).statusCode;
  return typeof status === 'number' ? status : 500;
}

export function toProblem(error: unknown): WireProblem {
  if (hasZodFastifySchemaValidationErrors(error)) {
    const first = error.validation[0];
    return {
      code: 'SKP_API_INVALID',
      message: `The ${error.validationContext ?? 'request'} is not as expected${first === undefined ? '' : ` at ${first.instancePath || '/'}: ${first.message}`}`,
      hint: 'The shapes of all requests stand at /api/docs.',
    };
  }
  if (error instanceof SkoposError) {
    const place = placeOf(error);
    if (place !== undefined) return place;
    const position =
      (error as { position?: unknown; offset?: unknown }).position ?? (error as { offset?: unknown }).offset;
    return {
      code: error.code,
      message: error.message,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      ...(typeof position === 'number' ? { position } : {}),
    };
  }
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (statusOf(error) >= 500) {
    return { code: 'SKP_API_INTERNAL', message: 'The server failed while answering; its log says more.' };
  }
  return { code: typeof code === 'string' ? code : 'SKP_API_INVALID', message: String(message) };
}

/** A Stellar error has its sentence, its place and the line with a caret apart from each other. */
function placeOf(error: SkoposError): WireProblem | undefined {
  const { detail, position, caret, span, expected } = error as Partial<StellarErrorShape>;
  if (typeof detail !== 'string' || position === undefined) return undefined;
  return {
    code: error.code,
    message: detail,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(expected === undefined ? {} : { expected }),
    position: position.offset,
    line: position.line,
    column: position.column,
    ...(span === undefined ? {} : { span }),
    ...(caret === undefined ? {} : { caret }),
  };
}

interface StellarErrorShape {
  readonly detail: string;
  readonly position: { readonly offset: number; readonly line: number; readonly column: number };
  readonly caret: string;
  readonly span: { readonly offset: number; readonly end: number };
  readonly expected: string;
}

export function handleError(error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply): void {
  const status = hasZodFastifySchemaValidationErrors(error) ? 400 : statusOf(error);
  if (status >= 500) request.log.error({ err: error }, 'request failed');
  void reply.status(status).send(toProblem(error));
}

export function handleNotFound(request: FastifyRequest, reply: FastifyReply): void {
  const what = `${request.method} ${request.url.slice(0, 200)}`;
  const problem = new ApiError('SKP_API_NOT_FOUND', `There is nothing at ${what}`, {
    hint: 'All paths stand at /api/docs.',
  });
  void reply.status(404).send(toProblem(problem));
}
