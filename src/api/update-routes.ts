/** Working on alerts: patches with optimistic locking, and Metron's comments by way of them. */
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { EventIndex, PatchOperation } from '../index/index.ts';
import type { WirePatchResponse } from './contract.ts';
import { ApiError } from './problem.ts';

const operations = ['add', 'replace', 'remove', 'copy', 'move', 'test'] as const;
const patchBody = z.object({
  guid: z.string().min(1).max(200),
  sensorType: z.string().max(200).optional(),
  patch: z
    .array(
      z.object({
        op: z.string(),
        path: z.string(),
        value: z.unknown().optional(),
        from: z.string().optional(),
      }),
    )
    .min(1)
    .max(1000),
  version: z.int().min(0).optional().describe('Refused with 409 when it is not the present one'),
});

export async function registerUpdateRoutes(
  instance: FastifyInstance,
  { index }: { index: EventIndex },
): Promise<void> {
  const app = instance.withTypeProvider<ZodTypeProvider>();
  app.route({
    method: 'PATCH',
    url: '/api/v1/update/patch',
    config: { role: 'analyst' },
    schema: {
      tags: ['update'],
      summary: 'Change an alert (RFC 6902 operations on flat paths)',
      body: patchBody,
    },
    handler: async (request): Promise<WirePatchResponse> => {
      const { guid, sensorType, patch, version } = request.body;
      const patched = await index.patch(guid, sensorType, patch.map(toOperation), version);
      return { id: patched.guid, source: patched.source, index: patched.sensor, version: patched.version };
    },
  });
}

function toOperation(written: z.output<typeof patchBody>['patch'][number]): PatchOperation {
  const op = operations.find((one) => one === written.op.toLowerCase());
  if (op === undefined) {
    throw new ApiError('SKP_API_INVALID', `The ${written.op} operation is not supported`, {
      hint: `Use one of ${operations.join(', ')}.`,
    });
  }
  return {
    op,
    path: written.path,
    ...(written.value === undefined ? {} : { value: written.value }),
    ...(written.from === undefined ? {} : { from: written.from }),
  };
}
