/** Health, metrics, and what is configured. */
import type { FastifyInstance } from 'fastify';
import type { Metrics } from '../metrics/index.ts';
import type { WireIngestHelp } from './contract.ts';
import { ApiError } from './problem.ts';

export interface Health {
  /** Empty when events are taken in, processed and searchable; else what keeps them from it. */
  problems(): readonly string[];
  /** What does not work as it was configured and keeps no event from its way: a plug-in that cannot be loaded. */
  warnings?(): readonly string[];
  /** The version of the configuration that runs here, where versions come over the log. */
  configuration?: (() => RunningConfiguration) | undefined;
}

export interface RunningConfiguration {
  readonly version: number;
  /** The newest that is known here. */
  readonly newest: number;
  /** Why the newest does not run here. */
  readonly refused: string | null;
  /** Worker threads take a version over between two batches. */
  readonly workers: readonly { readonly name: string; readonly version: number }[];
}

export interface ConfigView {
  sensors(): readonly string[];
  /** Metron's JSON of one file; undefined when there is none. */
  read(area: 'parsers' | 'enrichments' | 'indexing', sensor: string): unknown;
  global(): unknown;
  problems(): readonly unknown[];
}

export async function registerOperationsRoutes(
  app: FastifyInstance,
  {
    health,
    metrics,
    config,
    refreshMetrics,
    ingestHelp,
  }: {
    health: Health;
    metrics: Metrics;
    config: ConfigView;
    refreshMetrics(): Promise<void>;
    ingestHelp(): WireIngestHelp['listeners'];
  },
): Promise<void> {
  app.route({
    method: 'GET',
    url: '/health/live',
    config: { role: 'public' },
    schema: { tags: ['operations'], summary: 'The process answers' },
    handler: () => ({ status: 'live' }),
  });
  app.route({
    method: 'GET',
    url: '/health/ready',
    config: { role: 'public' },
    schema: {
      tags: ['operations'],
      summary: 'Events are taken in, processed and searchable; 503 with the reasons when not',
    },
    handler: (_request, reply) => {
      const problems = health.problems();
      return reply.status(problems.length === 0 ? 200 : 503).send({
        status: problems.length === 0 ? 'ready' : 'not ready',
        problems,
        warnings: health.warnings?.() ?? [],
        ...(health.configuration === undefined ? {} : { configuration: health.configuration() }),
      });
    },
  });
  app.route({
    method: 'GET',
    url: '/metrics',
    config: { role: 'public' },
    schema: { tags: ['operations'], summary: 'Prometheus metrics' },
    handler: async (_request, reply) => {
      await refreshMetrics();
      return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics());
    },
  });

  const view = { role: 'viewer' } as const;
  app.route({
    method: 'GET',
    url: '/api/v1/ingest/help',
    config: view,
    schema: { tags: ['ingest'], summary: 'How to send data to this machine' },
    handler: (): WireIngestHelp => ({ listeners: ingestHelp() }),
  });
  app.route({
    method: 'GET',
    url: '/api/v1/global/config',
    config: view,
    schema: { tags: ['configuration'], summary: 'The global configuration' },
    handler: () => config.global(),
  });
  app.route({
    method: 'GET',
    url: '/api/v1/config/problems',
    config: view,
    schema: { tags: ['configuration'], summary: 'Files that were refused, and warnings' },
    handler: () => config.problems(),
  });
  for (const [path, area] of [
    ['sensor/parser/config', 'parsers'],
    ['sensor/enrichment/config', 'enrichments'],
    ['sensor/indexing/config', 'indexing'],
  ] as const) {
    app.route({
      method: 'GET',
      url: `/api/v1/${path}`,
      config: view,
      schema: { tags: ['configuration'], summary: `All ${area} configurations, by sensor` },
      handler: () =>
        Object.fromEntries(
          config
            .sensors()
            .map((sensor) => [sensor, config.read(area, sensor)])
            .filter(([, one]) => one !== undefined),
        ),
    });
    app.route({
      method: 'GET',
      url: `/api/v1/${path}/:name`,
      config: view,
      schema: { tags: ['configuration'], summary: `The ${area} configuration of one sensor` },
      handler: (request) => {
        const { name } = request.params as { name: string };
        const found = config.read(area, name);
        if (found === undefined)
          throw new ApiError(
            'SKP_API_NOT_FOUND',
            `There is no ${area} configuration for ${JSON.stringify(name.slice(0, 100))}`,
          );
        return found;
      },
    });
  }
}
