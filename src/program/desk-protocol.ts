/** What the main thread and the desk's thread say to each other. */
import type { GrokWorkbench, StellarWorkbench } from '../workbench/index.ts';

/** Work whose cost depends on what somebody wrote. */
export interface DeskWork {
  readonly 'grok.validate': GrokWorkbench['validate'];
  readonly 'grok.explain': GrokWorkbench['explain'];
  readonly 'grok.propose': GrokWorkbench['propose'];
  readonly 'stellar.validate': StellarWorkbench['validate'];
  readonly 'stellar.lint': StellarWorkbench['lint'];
  readonly 'stellar.explain': StellarWorkbench['explain'];
  readonly 'stellar.transform': StellarWorkbench['transform'];
}

export interface DeskRequest<K extends keyof DeskWork = keyof DeskWork> {
  readonly work: K;
  readonly given: Parameters<DeskWork[K]>;
  /** The configuration folder as it is now. */
  readonly folder: string | null;
}

/** JSON, since results go on as JSON and may be of classes that only the thread knows. */
export type DeskAnswer =
  | { readonly type: 'ready' }
  | { readonly type: 'result'; readonly json: string }
  | { readonly type: 'problem'; readonly code: string; readonly message: string; readonly json: string }
  | { readonly type: 'failure'; readonly message: string };
