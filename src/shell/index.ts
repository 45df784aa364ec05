export { type Completion, type CompletionNames, complete } from './completion.ts';
export { ShellError } from './errors.ts';
export { type Magic, magics } from './magics.ts';
export type { ShellResult } from './result.ts';
export { Session, type SessionOptions } from './session.ts';
export { Shell } from './shell.ts';
export { isUnfinished } from './unfinished.ts';
