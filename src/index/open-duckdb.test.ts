import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';

it('the door of the index loads no DuckDB, which every worker thread would load with it', () => {
  const script = `
    const { registerHooks } = await import('node:module');
    const loaded = [];
    registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context); } });
    await import(${JSON.stringify(new URL('./index.ts', import.meta.url).href)});
    console.log(loaded.join('\\n'));`;
  const loaded = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  expect(loaded).toContain('/src/index/encode.ts');
  expect(loaded).not.toMatch(/node_modules.@duckdb|duckdb-index/);
});
