export { createNotifier, type Notifier } from './notifier.ts';
export { type LmdbEventLogOptions, openLmdbEventLog } from './open.ts';
