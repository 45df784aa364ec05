/** Stellar: Metron's routes, and two of our own for editors (lint, explain). */
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';

/** At once, or from a thread that bears what may take long. */
type Answer<T> = T | Promise<T>;

/** What the routes need of those who know Stellar. */
export interface StellarTools {
  transformations(): readonly string[];
  functions(): readonly object[];
  simpleFunctions(): readonly object[];
  validate(expressions: readonly string[]): Answer<Record<string, boolean>>;
  lint(
    expression: string,
    options: { readonly predicate?: boolean | undefined; readonly fields?: readonly string[] | undefined },
  ): Answer<object>;
  explain(expression: string, options: { readonly predicate?: boolean | undefined }): Answer<object>;
  transform(sample: Readonly<Record<string, unknown>>, parserConfig: unknown): Answer<object>;
}

const expression = z.string().max(65_536);

export async function registerStellarRoutes(
  app: FastifyInstance,
  { stellar }: { stellar: StellarTools },
): Promise<void> {
  const routes = app.withTypeProvider<ZodTypeProvider>();
  const viewer = { role: 'viewer' } as const;
  const tags = ['stellar'];
  for (const [path, summary, handler] of [
    ['list', 'Field transformations by name', () => stellar.transformations()],
    ['list/functions', 'All functions', () => stellar.functions()],
    ['list/simple/functions', 'Functions of one argument', () => stellar.simpleFunctions()],
  ] as const) {
    routes.route({
      method: 'GET',
      url: `/api/v1/stellar/${path}`,
      config: viewer,
      schema: { tags, summary },
      handler,
    });
  }
  routes.route({
    method: 'POST',
    url: '/api/v1/stellar/validate/rules',
    config: viewer,
    schema: {
      tags,
      summary: 'Whether expressions compile, by expression; nothing is evaluated',
      body: z.array(expression).max(1000),
    },
    handler: ({ body }) => stellar.validate(body),
  });
  routes.route({
    method: 'POST',
    url: '/api/v1/stellar/lint',
    config: viewer,
    schema: {
      tags,
      summary:
        'What is wrong with an expression and what of it will surprise, with places and fixes (extension)',
      body: z.object({
        expression,
        predicate: z.boolean().optional().describe('It is a condition as a whole.'),
        fields: z
          .array(z.string().max(1000))
          .max(10_000)
          .optional()
          .describe('The fields that messages have; when absent, names of fields are not judged.'),
      }),
    },
    handler: ({ body }) => stellar.lint(body.expression, body),
  });
  routes.route({
    method: 'POST',
    url: '/api/v1/stellar/explain',
    config: viewer,
    schema: {
      tags,
      summary: 'What an expression compiles to, with a map back to its places (extension)',
      body: z.object({ expression, predicate: z.boolean().optional() }),
    },
    handler: ({ body }) => stellar.explain(body.expression, body),
  });
  routes.route({
    method: 'POST',
    url: '/api/v1/stellar/apply/transformations',
    config: viewer,
    schema: {
      tags,
      summary: "A sample message after a parser configuration's field transformations",
      body: z.object({
        sampleData: z.record(z.string(), z.unknown()),
        sensorParserConfig: z.record(z.string(), z.unknown()),
      }),
    },
    handler: ({ body }) => stellar.transform(body.sampleData, body.sensorParserConfig),
  });
}
