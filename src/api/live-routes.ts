/** Server-sent events: one message after the index took in new events, at most four a second to each listener. */
import type { FastifyInstance } from 'fastify';
import type { WireLiveCommit } from './contract.ts';

export interface LiveFeed {
  subscribe(listener: (commit: WireLiveCommit) => void): () => void;
}

const shortestGapMs = 250;
const heartbeatMs = 15_000;

export async function registerLiveRoutes(app: FastifyInstance, { live }: { live: LiveFeed }): Promise<void> {
  app.route({
    method: 'GET',
    url: '/api/v1/search/live',
    config: { role: 'viewer' },
    schema: { tags: ['search'], summary: 'Server-sent events: "commit" after new events became searchable' },
    handler: (request, reply) => {
      reply.hijack();
      const { raw } = reply;
      raw.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
      raw.write('retry: 2000\n\n');
      let waiting: WireLiveCommit | null = null;
      let timer: NodeJS.Timeout | null = null;
      const send = (): void => {
        timer = null;
        if (waiting === null) return;
        raw.write(`event: commit\ndata: ${JSON.stringify(waiting)}\n\n`);
        waiting = null;
        timer = setTimeout(send, shortestGapMs);
      };
      const stop = live.subscribe((commit) => {
        waiting =
          waiting === null
            ? { ...commit }
            : {
                events: waiting.events + commit.events,
                alerts: waiting.alerts + commit.alerts,
                at: commit.at,
              };
        if (timer === null) send();
      });
      const heartbeat = setInterval(() => raw.write(': alive\n\n'), heartbeatMs);
      request.raw.on('close', () => {
        stop();
        clearInterval(heartbeat);
        if (timer !== null) clearTimeout(timer);
      });
    },
  });
}
