/**
 * Who is asking, and may they? Every route declares a role (`config: { role }`); one without is refused when the server is
 * built. A session cookie comes with an origin check, since browsers send cookies by themselves.
 */
import cookie from '@fastify/cookie';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Accounts, type Identity, mayDo, type RequiredRole, SecurityError } from '../security/index.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call the route. */
    role?: RequiredRole;
  }
  interface FastifyRequest {
    identity: Identity | null;
  }
  interface FastifyInstance {
    /** Every route with the role that it asks for. */
    declaredRoutes: { readonly method: string; readonly url: string; readonly role: RequiredRole }[];
  }
}

export const documentationPath = '/api/docs';

export const sessionCookie = 'skopos_session';

export async function registerAuthentication(app: FastifyInstance, accounts: Accounts): Promise<void> {
  await app.register(cookie);
  app.decorateRequest('identity', null);
  app.decorate('declaredRoutes', []);
  app.addHook('onRoute', (route) => {
    if (route.method === 'HEAD' || route.method === 'OPTIONS') return;
    // The documentation's own routes come from a library, which declares nothing.
    if (route.url.startsWith(documentationPath)) route.config = { ...route.config, role: 'public' };
    if (route.config?.role === undefined)
      throw new Error(`Route ${String(route.method)} ${route.url} declares no role.`);
    app.declaredRoutes.push({ method: String(route.method), url: route.url, role: route.config.role });
  });
  app.addHook('onRequest', async (request) => {
    const required = request.routeOptions.config.role ?? 'administrator';
    if (request.is404 || required === 'public') {
      if (!request.is404) request.identity = await identify(request, accounts).catch(() => null);
      return;
    }
    const identity = await identify(request, accounts);
    if (identity === null) {
      if (required === 'sender' && isLocalProgram(request)) return;
      throw new SecurityError('SKP_SECURITY_SIGN_IN', 'Nobody is signed in', {
        hint: 'Sign in at the page, or send the header "Authorization: Bearer <token>".',
      });
    }
    if (!mayDo(identity.roles, required)) {
      throw new SecurityError(
        'SKP_SECURITY_FORBIDDEN',
        `${identity.username} may not do this: it needs the role "${required}"`,
        {
          hint: 'Ask an administrator for the role.',
        },
      );
    }
    request.identity = identity;
  });
}

async function identify(request: FastifyRequest, accounts: Accounts): Promise<Identity | null> {
  const header = request.headers.authorization;
  if (header?.startsWith('Bearer ')) return accounts.token(header.slice(7).trim());
  const secret = request.cookies[sessionCookie];
  if (secret === undefined) return null;
  if (request.method !== 'GET' && request.method !== 'HEAD') requireSameOrigin(request);
  return accounts.session(secret);
}

/** A page of another site may make a browser send a request, but not with our origin. */
export function requireSameOrigin(request: FastifyRequest): void {
  const origin = request.headers.origin;
  if (origin === undefined) return;
  let host: string | null = null;
  try {
    host = new URL(origin).host;
  } catch {
    // "null" and other texts that are no address: not our page.
  }
  if (host !== request.headers.host) {
    throw new SecurityError(
      'SKP_SECURITY_ORIGIN',
      `The request comes from a page of another site (${origin.slice(0, 100)})`,
    );
  }
}

/** A program on this machine, not a browser on behalf of some page: it could as well write to the syslog port. */
function isLocalProgram(request: FastifyRequest): boolean {
  const { origin, host = '' } = request.headers;
  const loopback = /^(127\.|::1$|::ffff:127\.)/.test(request.ip);
  const addressed = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i.test(host);
  return loopback && addressed && origin === undefined && request.headers['sec-fetch-site'] === undefined;
}
