import { expect, it } from 'vitest';
import * as z from 'zod';
import { checkCluster } from './cluster.ts';
import { embedded, engineOf, registerEngine, type StoreEngine } from './index.ts';

const engine: StoreEngine = {
  shared: true,
  schema: async () => z.strictObject({ url: z.string() }),
  open: () => {
    throw new Error('not opened here');
  },
};

it('takes an engine of a plug-in, whose section is checked as those of the others', async () => {
  registerEngine('store', 'test-store', engine);
  expect(await engineOf('store', 'test-store')).toBe(engine);
  const { value } = await checkCluster('{ "store": { "type": "test-store", "url": "a" } }');
  expect(value).toEqual({ store: { type: 'test-store', url: 'a' } });
  const { problems } = await checkCluster('{ "store": { "type": "test-store" } }');
  expect(problems.map(({ path }) => path)).toEqual(['store.url']);
});

it('lets no plug-in take the place of an engine that is there', () => {
  expect(() => registerEngine('store', embedded.store.type, engine)).toThrow(
    expect.objectContaining({ code: 'SKP_ENGINE_TAKEN' }),
  );
});

it('names the engines that there are when one is asked for that there is not', async () => {
  await expect(engineOf('bus', 'pigeons')).rejects.toMatchObject({
    code: 'SKP_ENGINE_UNKNOWN',
    hint: 'There are: lmdb, kafka.',
  });
});
