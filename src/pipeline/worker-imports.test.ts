import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

it('a thread that works events loads no schemas: the configuration that it is handed was checked', async () => {
  const script = `
import { registerHooks } from 'node:module';
const loaded = [];
registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context); } });
await import(${JSON.stringify(path.resolve(import.meta.dirname, 'sensor-pipelines.ts'))});
const { openBus } = await import(${JSON.stringify(path.resolve(import.meta.dirname, '../engines/index.ts'))});
const bus = { type: 'kafka', options: { brokers: ['127.0.0.1:1'], group: 'skopos' } };
await (await openBus({ bus }, { dataFolder: '.' })).close();
console.log(JSON.stringify(loaded));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]);
  const loaded = JSON.parse(stdout) as string[];
  expect(loaded.length).toBeGreaterThan(100);
  expect(loaded.filter((url) => /node_modules.(zod|chokidar)/.test(url))).toEqual([]);
});
