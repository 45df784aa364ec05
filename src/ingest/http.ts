/** `POST /api/v1/ingest/{sensor}`: records over HTTP, answered after they are durable. */
import type { IncomingMessage } from 'node:http';
import { distance } from 'fastest-levenshtein';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteShorthandOptions } from 'fastify';
import { SkoposError } from '../errors.ts';
import type { Appender } from './appender.ts';
import { compressionOf } from './decompress.ts';
import { IngestError } from './errors.ts';
import { HEADER } from './headers.ts';
import { BodyError, type BodyFormat, type BodyLimits, ingestBody } from './http-body.ts';
import { JsonBodyError } from './json-splitter.ts';
import { RECORDS_TYPE } from './length-splitter.ts';
import { plainAddress } from './listener.ts';
import { countDrop, createMetrics, type IngestMetrics } from './metrics.ts';
import { PROTOBUF_TYPE } from './otlp-splitter.ts';

export interface IngestRouteOptions {
  readonly appender: Appender;
  /** Names of the sensors that may be sent to, asked for at each request. */
  readonly sensors: () => readonly string[];
  /** Name of the listener, on records and in metrics (default `http`). */
  readonly listener?: string;
  /** Asked for at each request. */
  readonly limits?: () => Partial<BodyLimits>;
  readonly metrics?: IngestMetrics;
  /** What the server wants of each of its routes: roles, schema, hooks. */
  readonly route?: RouteShorthandOptions;
}

/** Answer 202. */
export interface WireIngested {
  /** Records that are durable in the sensor's topic. */
  accepted: number;
  /** Records that are durable in the errors topic (too long). */
  rejected: number;
}

/** Every other answer, RFC 9457 style; `accepted` records are stored none the less: send what follows them. */
export interface WireIngestProblem extends WireIngested {
  code: string;
  message: string;
  hint?: string;
  /** Byte offset in the decompressed body. */
  position?: number;
}

export const DEFAULT_BODY_LIMITS: BodyLimits = {
  maxBodyBytes: 256 * 1024 * 1024,
  maxUnpackedBytes: 1024 * 1024 * 1024,
  maxMessageBytes: 1024 * 1024,
  maxRatio: 200,
  idleMs: 30_000,
  pressureMs: 10_000,
};

const RETRY_AFTER_SECONDS = 2;
/** @fastify/compress would decompress bodies before they are counted, without a limit. */
const OWN_DECOMPRESSION = { decompress: false } as const;
const BROKEN_BODIES = new Set(['SKP_INGEST_RECORDS', 'SKP_INGEST_PROTOBUF']);
const LINE_TYPES = new Set([
  '',
  'text/plain',
  'application/x-ndjson',
  'application/ndjson',
  'application/jsonl',
  'application/octet-stream',
  // What curl says of --data-binary unless told otherwise.
  'application/x-www-form-urlencoded',
]);

/** Mounts the route; returns its counters. Bodies are read as streams, so they are in a scope of their own. */
export function registerIngestRoutes(app: FastifyInstance, options: IngestRouteOptions): IngestMetrics {
  const metrics = options.metrics ?? createMetrics();
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    scope.post<{ Params: { sensor: string } }>(
      '/api/v1/ingest/:sensor',
      { ...options.route, ...OWN_DECOMPRESSION, bodyLimit: Number.MAX_SAFE_INTEGER },
      (request, reply) => ingest(request, reply, options, metrics),
    );
  });
  return metrics;
}

async function ingest(
  request: FastifyRequest<{ Params: { sensor: string } }>,
  reply: FastifyReply,
  options: IngestRouteOptions,
  metrics: IngestMetrics,
): Promise<WireIngested | WireIngestProblem | Buffer> {
  const progress = { accepted: 0, rejected: 0 };
  const limits = { ...DEFAULT_BODY_LIMITS, ...options.limits?.() };
  try {
    const { sensor } = request.params;
    const compression = compressionOf(request.headers['content-encoding']);
    const format = formatOf(request.headers['content-type']);
    checkSensor(sensor, options.sensors());
    if (compression === undefined) {
      const given = String(request.headers['content-encoding']).slice(0, 50);
      throw new BodyError(
        415,
        'SKP_INGEST_ENCODING',
        `cannot read a body in ${given}`,
        'send gzip, zstd, deflate, br or none',
      );
    }
    if (options.appender.saturated) {
      throw new BodyError(429, 'SKP_INGEST_PRESSURE', 'the bus is behind', 'send it again later');
    }
    const target = {
      appender: options.appender,
      sensor,
      headers: {
        [HEADER.sourceAddress]: plainAddress(request.ip),
        [HEADER.listener]: options.listener ?? 'http',
      },
      metrics,
      limits,
    };
    // No body at all: nothing was parsed.
    const body = (request.body as IncomingMessage | undefined) ?? request.raw;
    await ingestBody(body, compression, format, target, progress);
    if (format === 'otlp' && progress.rejected === 0) {
      // The answer of OTLP to a request that was taken whole: a message without fields.
      reply.status(200).type(PROTOBUF_TYPE);
      return Buffer.alloc(0);
    }
    reply.status(202);
    return progress;
  } catch (error) {
    return problem(reply, error, progress, metrics);
  }
}

function problem(
  reply: FastifyReply,
  error: unknown,
  progress: WireIngested,
  metrics: IngestMetrics,
): WireIngestProblem {
  const status = statusOf(error);
  if (status === 429 || status === 503) reply.header('retry-after', RETRY_AFTER_SECONDS);
  countDrop(metrics, `request_${status}`);
  reply.status(status);
  // The rest of a body that was not read must not be taken for the next request.
  if (status === 413 || status === 408) reply.header('connection', 'close');
  const known = error instanceof SkoposError;
  return {
    code: known ? error.code : 'SKP_INGEST_FAILED',
    message: known || status < 500 ? (error as Error).message : 'the records could not be stored',
    ...(known && error.hint !== undefined ? { hint: error.hint } : {}),
    ...(error instanceof JsonBodyError ? { position: error.position } : {}),
    ...progress,
  };
}

function statusOf(error: unknown): number {
  if (error instanceof BodyError) return error.status;
  if (error instanceof IngestError) {
    if (error instanceof JsonBodyError || BROKEN_BODIES.has(error.code)) return 400;
    if (error.code === 'SKP_INGEST_TOO_LARGE') return 413;
  }
  // The sender went away: nobody reads this answer.
  if (error instanceof Error && (error as NodeJS.ErrnoException).code === 'ERR_STREAM_PREMATURE_CLOSE')
    return 499;
  return 503;
}

function formatOf(contentType: string | undefined): BodyFormat {
  const type = (contentType ?? '').split(';')[0]!.trim().toLowerCase();
  if (type === 'application/json') return 'json';
  if (type === RECORDS_TYPE) return 'records';
  if (type === PROTOBUF_TYPE) return 'otlp';
  if (LINE_TYPES.has(type)) return 'lines';
  throw new BodyError(
    415,
    'SKP_INGEST_TYPE',
    `cannot read a body of type ${type.slice(0, 100)}`,
    'send text/plain or application/x-ndjson (one record a line), or application/json',
  );
}

function checkSensor(sensor: string, sensors: readonly string[]): void {
  if (sensors.includes(sensor)) return;
  const asked = sensor.slice(0, 100);
  const near = sensors
    .map((name) => ({ name, distance: distance(asked.toLowerCase(), name.toLowerCase()) }))
    .filter((candidate) => candidate.distance <= Math.max(2, Math.floor(asked.length / 3)))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map((candidate) => candidate.name);
  const hint = near.length > 0 ? `did you mean ${near.join(', ')}?` : 'a sensor is a file in config/parsers/';
  throw new BodyError(404, 'SKP_INGEST_SENSOR', `there is no sensor ${JSON.stringify(asked)}`, hint);
}
