export * from './disk-space.ts';
export * from './environment.ts';
export * from './write-queue.ts';
