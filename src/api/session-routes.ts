/** Signing in and out. */
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type Accounts, SecurityError } from '../security/index.ts';
import { requireSameOrigin, sessionCookie } from './authentication.ts';
import type { WireSession } from './contract.ts';

const credentials = z.object({ username: z.string().max(100), password: z.string().max(1000) });

export async function registerSessionRoutes(
  instance: FastifyInstance,
  { accounts }: { accounts: Accounts },
): Promise<void> {
  await instance.register(rateLimit, { global: false });
  const app = instance.withTypeProvider<ZodTypeProvider>();

  app.route({
    method: 'POST',
    url: '/api/v1/session',
    config: { role: 'public', rateLimit: { max: 10, timeWindow: '1 minute' } },
    schema: { tags: ['session'], summary: 'Sign in; sets a session cookie', body: credentials },
    handler: async (request, reply): Promise<WireSession> => {
      requireSameOrigin(request);
      const { username, password } = request.body;
      const { secret, identity } = await accounts.signIn(username, password);
      void reply.setCookie(sessionCookie, secret, {
        path: '/',
        httpOnly: true,
        sameSite: 'strict',
        secure: request.protocol === 'https',
      });
      return { username: identity.username, roles: identity.roles.filter((role) => role !== 'sender') };
    },
  });

  app.route({
    method: 'GET',
    url: '/api/v1/session',
    config: { role: 'public' },
    schema: { tags: ['session'], summary: 'Who is signed in' },
    handler: (request): WireSession => {
      const { identity } = request;
      if (identity === null) throw new SecurityError('SKP_SECURITY_SIGN_IN', 'Nobody is signed in');
      return { username: identity.username, roles: identity.roles.filter((role) => role !== 'sender') };
    },
  });

  // Metron's own way to ask the same.
  app.route({
    method: 'GET',
    url: '/api/v1/user',
    config: { role: 'viewer' },
    schema: { tags: ['session'], summary: 'Name of the signed-in user, as text' },
    handler: (request, reply) => reply.type('text/plain').send(request.identity?.username ?? ''),
  });

  app.route({
    method: 'DELETE',
    url: '/api/v1/session',
    config: { role: 'public' },
    schema: { tags: ['session'], summary: 'Sign out' },
    handler: async (request, reply) => {
      const secret = request.cookies[sessionCookie];
      if (secret !== undefined) await accounts.signOut(secret);
      return reply.clearCookie(sessionCookie, { path: '/' }).status(204).send();
    },
  });
}
