/** Searching: Metron's paths and shapes, with a time range and a histogram of our own. */
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type EventIndex, parseQuery, type Query, type Scope } from '../index/index.ts';
import type {
  WireColumnMetadata,
  WireFindOneResponse,
  WireGroupResponse,
  WireHistogramResponse,
  WireSearchResponse,
} from './contract.ts';
import { ApiError } from './problem.ts';

const largestPage = 1000;
const sensors = z.array(z.string().max(200)).max(500);
const field = z.string().min(1).max(1000);
/** Epoch ms, as far as JavaScript's dates go (ECMA-262 §21.4.1.1). */
const moment = z.number().min(-8.64e15).max(8.64e15);
const open = z.object({ from: moment.nullable(), to: moment.nullable() });

/** What every search narrows by. */
const scope = {
  indices: sensors.optional().describe('Sensors; absent: all but error'),
  query: z
    .string({
      error: ({ input }) =>
        input === null || input === undefined ? 'Search query is invalid: null' : undefined,
    })
    .max(100_000)
    .describe('Lucene syntax; * for everything'),
  timeRange: open.optional().describe('Epoch ms, from inclusive, to exclusive'),
  alertsOnly: z.boolean().optional(),
};

const searchBody = z.object({
  ...scope,
  from: z.int().min(0).max(1_000_000).default(0),
  size: z
    .int()
    .min(0)
    .max(largestPage, { error: `Search result size must be less than ${largestPage}` }),
  sort: z
    .array(
      z.object({
        field,
        sortOrder: z
          .string()
          .toLowerCase()
          .pipe(z.enum(['asc', 'desc']))
          .default('desc'),
      }),
    )
    .optional(),
  fields: z.array(field).max(1000).nullish(),
  facetFields: z.array(field).max(50).nullish(),
});

const order = z.object({
  groupOrderType: z
    .string()
    .toLowerCase()
    .pipe(z.enum(['count', 'term'])),
  sortOrder: z
    .string()
    .toLowerCase()
    .pipe(z.enum(['asc', 'desc'])),
});
const groupBody = z.object({
  ...scope,
  groups: z
    .array(z.object({ field, order: order.optional() }))
    .min(1)
    .max(8),
  scoreField: field.nullish(),
});

const histogramBody = z.object({
  ...scope,
  timeRange: z.object({ from: moment, to: moment }),
  interval: z.number().min(1).describe('Width of a bucket, ms'),
});

/** Facets that Metron shows when the list is empty. */
const defaultFacets = ['source.type', 'ip_src_addr', 'ip_dst_addr', 'enrichments.geo.ip_dst_addr.country'];

export async function registerSearchRoutes(
  instance: FastifyInstance,
  { index, clock }: { index: EventIndex; clock: { now(): number } },
): Promise<void> {
  const app = instance.withTypeProvider<ZodTypeProvider>();
  const config = { role: 'viewer' } as const;

  async function parse(text: string, indices: readonly string[] | undefined): Promise<Query> {
    const trimmed = text.trim();
    if (trimmed === '' || trimmed === '*' || trimmed === '*:*') return { type: 'all' };
    return parseQuery(trimmed, { now: clock.now(), fields: Object.keys(await index.columns(indices)) });
  }

  async function scopeOf(body: {
    indices?: string[] | undefined;
    query: string;
    timeRange?: { from: number | null; to: number | null } | undefined;
    alertsOnly?: boolean | undefined;
  }): Promise<Scope> {
    return {
      query: await parse(body.query, body.indices),
      ...(body.indices === undefined ? {} : { sensors: body.indices }),
      ...(body.timeRange === undefined ? {} : { timeRange: body.timeRange }),
      ...(body.alertsOnly === undefined ? {} : { alertsOnly: body.alertsOnly }),
    };
  }

  app.route({
    method: 'POST',
    url: '/api/v1/search/search',
    config,
    schema: {
      tags: ['search'],
      summary: 'Events that match a query, sorted, a page at a time',
      body: searchBody,
    },
    handler: async (request): Promise<WireSearchResponse> => {
      const { body } = request;
      const started = performance.now();
      const facets = body.facetFields?.length === 0 ? defaultFacets : body.facetFields;
      const aborted = abortWithClient(request.raw);
      const found = await index.search({
        ...(await scopeOf(body)),
        from: body.from,
        size: body.size,
        signal: aborted,
        ...(body.sort === undefined || body.sort.length === 0
          ? {}
          : { sort: body.sort.map((one) => ({ field: one.field, order: one.sortOrder })) }),
        ...(body.fields === null || body.fields === undefined ? {} : { fields: body.fields }),
        ...(facets === null || facets === undefined ? {} : { facetFields: facets }),
      });
      return {
        total: found.total,
        results: found.results.map((one) => ({
          id: one.guid,
          source: one.source,
          score: one.score ?? scoreOf(one.source),
          index: one.sensor,
          version: one.version,
        })),
        ...(found.facetCounts === undefined
          ? {}
          : { facetCounts: found.facetCounts as Record<string, Record<string, number>> }),
        tookMs: Math.round((performance.now() - started) * 10) / 10,
      };
    },
  });

  app.route({
    method: 'POST',
    url: '/api/v1/search/group',
    config,
    schema: {
      tags: ['search'],
      summary: 'Counts (and scores) by the values of fields, nested',
      body: groupBody,
    },
    handler: async (request): Promise<WireGroupResponse> => {
      const { body } = request;
      const groups = body.groups.map((one) =>
        one.order === undefined ? { field: one.field } : { field: one.field, order: one.order },
      );
      const results = await index.group({
        ...(await scopeOf(body)),
        groups,
        ...(body.scoreField === null || body.scoreField === undefined ? {} : { scoreField: body.scoreField }),
      });
      return { groupedBy: body.groups[0]!.field, groupResults: results as WireGroupResponse['groupResults'] };
    },
  });

  app.route({
    method: 'POST',
    url: '/api/v1/search/histogram',
    config,
    schema: { tags: ['search'], summary: 'Counts over time, split by severity', body: histogramBody },
    handler: async (request): Promise<WireHistogramResponse> => {
      const { body } = request;
      const buckets = (body.timeRange.to - body.timeRange.from) / body.interval;
      if (!(buckets > 0 && buckets <= 10_000)) {
        throw new ApiError(
          'SKP_API_INVALID',
          `The time range and interval make ${Math.ceil(buckets)} buckets; 1 to 10,000 are possible`,
          {
            hint: 'Choose a wider interval, or a range whose end is after its start.',
          },
        );
      }
      const found = await index.histogram({
        ...(await scopeOf(body)),
        timeRange: body.timeRange,
        interval: body.interval,
      });
      return { interval: body.interval, buckets: [...found] };
    },
  });

  app.route({
    method: 'POST',
    url: '/api/v1/search/findOne',
    config,
    schema: {
      tags: ['search'],
      summary: 'One event by guid',
      body: z.object({ guid: z.string().max(200), sensorType: z.string().max(200).optional() }),
    },
    handler: async (request, reply): Promise<WireFindOneResponse> => {
      const { guid, sensorType } = request.body;
      const found = await index.find(guid, sensorType);
      if (found === null) throw new ApiError('SKP_API_NOT_FOUND', `There is no event with the guid ${guid}`);
      void reply.header('etag', `"${found.version}"`);
      return found.source;
    },
  });

  app.route({
    method: 'POST',
    url: '/api/v1/search/column/metadata',
    config,
    schema: { tags: ['search'], summary: 'Fields and their types', body: sensors },
    handler: async (request): Promise<WireColumnMetadata> => ({
      ...(await index.columns(request.body.length === 0 ? undefined : request.body)),
    }),
  });
}

/** Where a store has no relevance of its own, an alert's is its triage score. */
function scoreOf(source: Readonly<Record<string, unknown>>): number {
  const score = source['threat.triage.score'];
  return typeof score === 'number' ? score : 0;
}

/** A signal that aborts when the client goes away before the answer: nobody waits for the rest of the search. */
export function abortWithClient(raw: {
  on(event: 'close', listener: () => void): unknown;
  destroyed?: boolean;
  socket?: {
    on(event: 'close', listener: () => void): unknown;
    off(event: 'close', listener: () => void): unknown;
  } | null;
}): AbortSignal {
  const controller = new AbortController();
  const socket = raw.socket;
  const abort = (): void => controller.abort();
  socket?.on('close', abort);
  raw.on('close', () => socket?.off('close', abort));
  return controller.signal;
}
