/** Grok patterns: Metron's three routes, and two of our own for those who write patterns. */
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';

/** At once, or from a thread that bears what may take long. */
type Answer<T> = T | Promise<T>;

/** What the routes need of those who know patterns. */
export interface GrokTools {
  patterns(): ReadonlyMap<string, string>;
  statement(file: string): string;
  validate(statement: string, label: string, sample: string): Answer<Record<string, unknown>>;
  explain(pattern: string, line: string): Answer<object>;
  propose(lines: readonly string[]): Answer<object>;
}

const text = z.string().max(65_536);

export async function registerGrokRoutes(app: FastifyInstance, { grok }: { grok: GrokTools }): Promise<void> {
  const routes = app.withTypeProvider<ZodTypeProvider>();
  const viewer = { role: 'viewer' } as const;
  routes.route({
    method: 'GET',
    url: '/api/v1/grok/list',
    config: viewer,
    schema: { tags: ['grok'], summary: 'Patterns by name: the common ones, and those of the configuration' },
    handler: () => Object.fromEntries(grok.patterns()),
  });
  routes.route({
    method: 'GET',
    url: '/api/v1/grok/get/statement',
    config: viewer,
    schema: {
      tags: ['grok'],
      summary: 'The text of a pattern file',
      querystring: z.object({ path: z.string().max(1000).describe('Such as /patterns/squid') }),
    },
    handler: (request, reply) =>
      reply.type('text/plain; charset=utf-8').send(grok.statement(request.query.path)),
  });
  routes.route({
    method: 'POST',
    url: '/api/v1/grok/validate',
    config: viewer,
    schema: {
      tags: ['grok'],
      summary: 'What a pattern captures in a sample',
      body: z.object({
        statement: text.describe('The text of a pattern file; the common patterns are known.'),
        patternLabel: z.string().min(1).max(200),
        sampleData: text,
      }),
    },
    handler: async ({ body }) => ({
      ...body,
      results: await grok.validate(body.statement, body.patternLabel, body.sampleData),
    }),
  });
  routes.route({
    method: 'POST',
    url: '/api/v1/grok/explain',
    config: viewer,
    schema: {
      tags: ['grok'],
      summary: 'How far a pattern fits a line, and what of it does not',
      body: z.object({ pattern: text, line: text }),
    },
    handler: ({ body }) => grok.explain(body.pattern, body.line),
  });
  routes.route({
    method: 'POST',
    url: '/api/v1/grok/propose',
    config: viewer,
    schema: {
      tags: ['grok'],
      summary: 'A pattern that fits sample lines',
      body: z.object({ lines: z.array(z.string().max(8192)).min(1).max(100) }),
    },
    handler: ({ body }) => grok.propose(body.lines),
  });
}
