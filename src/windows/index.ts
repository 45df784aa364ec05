export { WindowError } from './errors.ts';
export { type Interval, parseSelector, type Selector } from './selector.ts';
