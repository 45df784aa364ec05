import { expect, it, vi } from 'vitest';
import { createGrokWorkbench } from '../workbench/index.ts';
import { testServer } from './testing/server.ts';

it('one user who tries many patterns at once leaves room for others', async () => {
  const go = Promise.withResolvers<void>();
  const grok = createGrokWorkbench(() => null);
  const server = await testServer({
    grok: { ...grok, explain: (...given) => go.promise.then(() => grok.explain(...given)) },
  });
  try {
    const [one, other] = [await server.session('vic'), await server.session('ann')];
    const explain = async (headers: Record<string, string>): Promise<number> => {
      const payload = { pattern: '%{WORD:a}', line: 'x' };
      return (await server.app.inject({ method: 'POST', url: '/api/v1/grok/explain', headers, payload }))
        .statusCode;
    };
    let refused = 0;
    const many = Array.from({ length: 30 }, async () => {
      const status = await explain(one);
      if (status === 503) refused++;
      return status;
    });
    await vi.waitFor(() => expect(refused).toBe(20));
    const last = explain(other);
    go.resolve();
    expect(await last).toBe(200);
    const answers = await Promise.all(many);
    expect(answers.filter((status) => status === 200)).toHaveLength(10);
    expect(await explain(one)).toBe(200);
  } finally {
    await server.close();
  }
});
