export * from './key-value.ts';
