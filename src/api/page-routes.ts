/** The pages: built files with long caching, `index.html` for every other address, and a plain page while they are built. */
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { handleNotFound } from './problem.ts';

/** Nothing from elsewhere, nothing inline, no framing. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
const waitingPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

export interface PageFolder {
  /** Folder with `index.html` and `assets/`. */
  readonly folder: string;
  /** What to say while there is no page yet; null when it will not come. */
  building(): string | null;
}

export async function registerPageRoutes(
  app: FastifyInstance,
  { page }: { page: PageFolder },
): Promise<void> {
  // Before the first build there is no folder yet.
  mkdirSync(page.folder, { recursive: true });
  await app.register(fastifyStatic, { root: page.folder, serve: false });
  const headers = {
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
  };

  app.route({
    method: 'GET',
    url: '/assets/*',
    config: { role: 'public' },
    schema: { hide: true },
    handler: (request, reply) =>
      reply
        .headers(headers)
        .sendFile(`assets/${(request.params as { '*': string })['*']}`, { maxAge: '365d', immutable: true }),
  });

  app.route({
    method: 'GET',
    url: '/*',
    config: { role: 'public' },
    schema: { hide: true },
    handler: (request, reply) => {
      if (request.url.startsWith('/api/')) {
        return handleNotFound(request, reply);
      }
      if (!existsSync(path.join(page.folder, 'index.html'))) {
        return reply
          .headers(headers)
          .header('content-security-policy', waitingPolicy)
          .header('refresh', '2')
          .status(503)
          .type('text/html; charset=utf-8')
          .send(waitingPage(page.building()));
      }
      return reply
        .headers(headers)
        .header('cache-control', 'no-cache')
        .sendFile('index.html', { cacheControl: false });
    },
  });
}

function waitingPage(building: string | null): string {
  const text = building ?? 'The page is not built. Run "npm run web:build" and load this again.';
  const safe = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Skopos</title><style>body{font:16px system-ui;display:grid;place-items:center;height:100vh;margin:0;color-scheme:light dark}</style><p>${safe}</p></html>`;
}
