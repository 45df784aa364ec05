/**
 * Where patterns and expressions that somebody is writing are tried: a thread of its own, since a request can be written that takes
 * minutes, and the main thread has listeners and searches to serve. The thread is started by the first request, ended when one takes
 * too long, and ended when there were none for a while.
 */
import { Worker } from 'node:worker_threads';
import type { GrokTools, StellarTools } from '../api/index.ts';
import { SkoposError } from '../errors.ts';
import { threadMemory } from '../pipeline/index.ts';
import type { GrokWorkbench, StellarWorkbench } from '../workbench/index.ts';
import type { DeskAnswer, DeskRequest, DeskWork } from './desk-protocol.ts';

export class DeskError extends SkoposError {}

export interface DeskOptions {
  readonly grok: GrokWorkbench;
  readonly stellar: StellarWorkbench;
  /** The present configuration folder. */
  folder(): string | null;
  /** The folder that plug-ins come from; the configuration folder when absent. */
  readonly home?: string | null;
  /** Milliseconds that a request may take. */
  readonly timeLimit?: number;
  /** Milliseconds without a request after which the thread is ended. */
  readonly idleLimit?: number;
}

/** Requests that wait for those before them; more are refused. */
const mostWaiting = 50;
/** Milliseconds that a thread may take to start. */
const startLimit = 30_000;
const memoryMb = 256;

interface Waiting {
  readonly request: DeskRequest;
  resolve(json: string): void;
  reject(error: Error): void;
}

export class Desk {
  readonly #options: DeskOptions;
  readonly #waiting: Waiting[] = [];
  #current: Waiting | null = null;
  #worker: Worker | null = null;
  #ready = false;
  #closed = false;
  /** Ends the thread: that starts too slowly, is at one request for too long, or has none. */
  #timer: NodeJS.Timeout | undefined;

  constructor(options: DeskOptions) {
    this.#options = options;
  }

  get isRunning(): boolean {
    return this.#worker !== null;
  }

  /** What costs little is answered here. */
  get grok(): GrokTools {
    const { grok } = this.#options;
    return {
      patterns: grok.patterns,
      statement: grok.statement,
      validate: (...given) => this.#run('grok.validate', given),
      explain: (...given) => this.#run('grok.explain', given),
      propose: (...given) => this.#run('grok.propose', given),
    };
  }

  get stellar(): StellarTools {
    const { transformations, functions, simpleFunctions } = this.#options.stellar;
    return {
      transformations,
      functions,
      simpleFunctions,
      validate: (...given) => this.#run('stellar.validate', given),
      lint: (...given) => this.#run('stellar.lint', given),
      explain: (...given) => this.#run('stellar.explain', given),
      transform: (...given) => this.#run('stellar.transform', given),
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    const error = new DeskError('SKP_DESK_BUSY', 'The server is stopping');
    for (const one of this.#waiting.splice(0)) one.reject(error);
    await this.#end(error);
  }

  async #run<K extends keyof DeskWork>(
    work: K,
    given: Parameters<DeskWork[K]>,
  ): Promise<ReturnType<DeskWork[K]>> {
    if (this.#closed || this.#waiting.length >= mostWaiting) {
      throw new DeskError('SKP_DESK_BUSY', 'Too many patterns and expressions are being tried', {
        hint: 'Try again in a few seconds.',
      });
    }
    const request: DeskRequest<K> = { work, given, folder: this.#options.folder() };
    const json = await new Promise<string>((resolve, reject) => {
      this.#waiting.push({ request, resolve, reject });
      this.#next();
    });
    return JSON.parse(json);
  }

  #next(): void {
    if (this.#current !== null) return;
    if (this.#waiting.length === 0) {
      if (this.#worker !== null) this.#limit(this.#options.idleLimit ?? 60_000, null);
      return;
    }
    const worker = (this.#worker ??= this.#start());
    if (!this.#ready) return;
    const current = this.#waiting.shift()!;
    this.#current = current;
    const { timeLimit = 2_000 } = this.#options;
    this.#limit(
      timeLimit,
      new DeskError('SKP_DESK_TIME', `This took longer than ${timeLimit} ms and was given up`, {
        hint: 'Try a smaller expression or pattern, or fewer and shorter samples.',
      }),
    );
    worker.postMessage(current.request);
  }

  #start(): Worker {
    const { folder, home = folder() } = this.#options;
    const worker = new Worker(new URL('./desk.worker.ts', import.meta.url), {
      workerData: home,
      name: 'desk',
      resourceLimits: threadMemory(memoryMb),
    });
    worker.unref();
    this.#limit(startLimit, new Error('The thread for trying patterns and expressions does not start'));
    let reason = new Error('The thread for trying patterns and expressions ended');
    worker.on('message', (answer: DeskAnswer) => {
      if (worker === this.#worker) this.#took(answer);
    });
    worker.on('error', (error) => {
      reason =
        error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
          ? new DeskError('SKP_DESK_MEMORY', `This took more than ${memoryMb} MiB of memory and was given up`)
          : error instanceof Error
            ? error
            : new Error(String(error));
    });
    worker.on('exit', () => {
      if (worker === this.#worker) void this.#end(reason);
    });
    return worker;
  }

  #took(answer: DeskAnswer): void {
    if (answer.type === 'ready') this.#ready = true;
    else {
      const current = this.#current;
      this.#current = null;
      if (answer.type === 'result') current?.resolve(answer.json);
      else if (answer.type === 'problem') {
        const { code, message, json } = answer;
        // Where in the source it is wrong, as the error that it was said it.
        current?.reject(Object.assign(new DeskError(code, message), JSON.parse(json)));
      } else current?.reject(new Error(answer.message));
    }
    this.#next();
  }

  #limit(milliseconds: number, reason: Error | null): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#end(reason), milliseconds).unref();
  }

  /** Ends the thread; what was under way fails, and so does what waits when the thread never was ready. */
  async #end(reason: Error | null): Promise<void> {
    clearTimeout(this.#timer);
    const worker = this.#worker;
    const current = this.#current;
    const started = this.#ready;
    this.#worker = null;
    this.#current = null;
    this.#ready = false;
    if (reason !== null) {
      current?.reject(reason);
      if (!started) for (const one of this.#waiting.splice(0)) one.reject(reason);
    }
    if (!this.#closed && this.#waiting.length > 0) this.#next();
    await worker?.terminate();
  }
}
