/** Work that is done one after the other for all: nobody may have it all to themselves. */
import type { FastifyInstance } from 'fastify';
import { ApiError } from './problem.ts';

/** Lets a user have at most `most` POST requests under way at once, over all routes that are added to `app` after this. */
export function limitPerUser(app: FastifyInstance, most: number): void {
  const underWay = new Map<string, number>();
  app.addHook('onRoute', (route) => {
    if (route.method !== 'POST') return;
    const { handler } = route;
    route.handler = async function (request, reply) {
      const user = request.identity?.username ?? '';
      const count = underWay.get(user) ?? 0;
      if (count >= most) {
        throw new ApiError(
          'SKP_DESK_BUSY',
          `${user} has ${count} patterns and expressions being tried already`,
          {
            hint: 'Wait for the answers.',
          },
        );
      }
      underWay.set(user, count + 1);
      try {
        return await handler.call(this, request, reply);
      } finally {
        const left = underWay.get(user)! - 1;
        if (left > 0) underWay.set(user, left);
        else underWay.delete(user);
      }
    };
  });
}
