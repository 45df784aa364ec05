/** The HTTP server: every resource registers its routes here, one line each. */
import compress from '@fastify/compress';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { jsonSchemaTransform, serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import type { EventIndex } from '../index/index.ts';
import type { Metrics } from '../metrics/index.ts';
import type { Accounts } from '../security/index.ts';
import { documentationPath, registerAuthentication } from './authentication.ts';
import type { WireIngestHelp } from './contract.ts';
import { limitPerUser } from './fair-share.ts';
import { type GrokTools, registerGrokRoutes } from './grok-routes.ts';
import { type LiveFeed, registerLiveRoutes } from './live-routes.ts';
import { type ConfigView, type Health, registerOperationsRoutes } from './operations-routes.ts';
import { type PageFolder, registerPageRoutes } from './page-routes.ts';
import { handleError, handleNotFound } from './problem.ts';
import { registerSearchRoutes } from './search-routes.ts';
import { registerSessionRoutes } from './session-routes.ts';
import { registerStellarRoutes, type StellarTools } from './stellar-routes.ts';
import { registerUpdateRoutes } from './update-routes.ts';

/** Patterns and expressions that one user may have tried at once. */
const mostTries = 10;

export interface ServerParts {
  /** Null in a process that searches nothing: health, metrics and ingest are served. */
  readonly index: EventIndex | null;
  readonly accounts: Accounts;
  readonly metrics: Metrics;
  readonly live: LiveFeed;
  readonly health: Health;
  readonly config: ConfigView;
  readonly page: PageFolder;
  readonly grok: GrokTools;
  readonly stellar: StellarTools;
  readonly clock: { now(): number };
  readonly logger: FastifyBaseLogger;
  readonly version: string;
  refreshMetrics(): Promise<void>;
  ingestHelp(): WireIngestHelp['listeners'];
  /** Routes of other parts (ingest), registered behind the same authentication. */
  readonly extend?: readonly ((app: FastifyInstance) => Promise<void>)[];
}

/** Builds the server; it does not listen yet. */
export async function createServer(parts: ServerParts): Promise<FastifyInstance> {
  const app = Fastify({
    loggerInstance: parts.logger,
    // Requests are counted, not logged one by one.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: 2 * 1024 * 1024,
    routerOptions: { maxParamLength: 500 },
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(handleError);
  app.setNotFoundHandler(handleNotFound);
  // Answers only: bodies are unpacked where a route asks for it, with a limit.
  await app.register(compress, { global: true, globalDecompression: false, threshold: 2048 });
  await registerAuthentication(app, parts.accounts);
  await app.register(swagger, {
    openapi: {
      info: {
        title: 'Skopos',
        version: parts.version,
        description: 'Security telemetry: search, alerts, ingest, configuration.',
      },
    },
    transform: jsonSchemaTransform,
  });
  await app.register(swaggerUi, { routePrefix: documentationPath });
  await app.register(registerSessionRoutes, parts);
  const { index } = parts;
  if (index !== null) {
    await app.register(registerSearchRoutes, { ...parts, index });
    await app.register(registerLiveRoutes, parts);
    await app.register(registerUpdateRoutes, { ...parts, index });
  }
  await app.register(registerOperationsRoutes, parts);
  await app.register(async (tries) => {
    limitPerUser(tries, mostTries);
    await registerGrokRoutes(tries, parts);
    await registerStellarRoutes(tries, parts);
  });
  for (const extend of parts.extend ?? []) await app.register(extend);
  if (index !== null) await app.register(registerPageRoutes, parts);
  return app;
}
