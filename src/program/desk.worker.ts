/** The desk's thread: one request after the other. */
import { parentPort, workerData } from 'node:worker_threads';
import { SkoposError } from '../errors.ts';
import { installPlugins } from '../pipeline/index.ts';
import { createGrokWorkbench, createStellarWorkbench } from '../workbench/index.ts';
import { configChecks } from './checks.ts';
import type { DeskAnswer, DeskRequest, DeskWork } from './desk-protocol.ts';

const port = parentPort;
if (port === null) throw new Error('This file is run as a worker thread by the desk.');

/** Longest answer, in UTF-16 units of JSON. */
const longestAnswer = 8 * 1024 * 1024;

let folder = workerData as string | null;
// What cannot be used was said by the main thread.
await installPlugins(folder);
const grok = createGrokWorkbench(() => folder);
const stellar = createStellarWorkbench(configChecks);

const works: DeskWork = {
  'grok.validate': grok.validate,
  'grok.explain': grok.explain,
  'grok.propose': grok.propose,
  'stellar.validate': stellar.validate,
  'stellar.lint': stellar.lint,
  'stellar.explain': stellar.explain,
  'stellar.transform': stellar.transform,
};

port.on('message', (request: DeskRequest) => {
  folder = request.folder;
  port.postMessage(answer(request));
});
port.postMessage({ type: 'ready' } satisfies DeskAnswer);

function answer<K extends keyof DeskWork>({ work, given }: DeskRequest<K>): DeskAnswer {
  try {
    const run = works[work] as (...given: Parameters<DeskWork[K]>) => unknown;
    const json = JSON.stringify(run(...given)) ?? 'null';
    if (json.length <= longestAnswer) return { type: 'result', json };
    throw new SkoposError('SKP_DESK_ANSWER', `The answer is longer than ${longestAnswer} characters`, {
      hint: 'Try it on less.',
    });
  } catch (error) {
    if (error instanceof SkoposError) {
      const { cause: _, ...rest } = error;
      return { type: 'problem', code: error.code, message: error.message, json: JSON.stringify(rest) };
    }
    return {
      type: 'failure',
      message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    };
  }
}
