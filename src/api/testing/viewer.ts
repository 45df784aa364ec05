/** Requests of somebody who may look, to a server that the tests of a file share. */
import type { LightMyRequestResponse } from 'fastify';
import { afterAll, beforeAll } from 'vitest';
import { type TestServer, testServer } from './server.ts';

export function viewer(): Record<
  'get' | 'post',
  (url: string, payload?: object) => Promise<LightMyRequestResponse>
> {
  let server: TestServer;
  let headers: Record<string, string>;
  beforeAll(async () => {
    server = await testServer();
    headers = await server.bearer('viewer');
  });
  afterAll(() => server.close());
  return {
    get: (url) => server.app.inject({ method: 'GET', url, headers }),
    post: (url, payload = {}) => server.app.inject({ method: 'POST', url, headers, payload }),
  };
}
