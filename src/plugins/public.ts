/**
 * What `import { … } from 'skopos'` gives to plug-ins: a function, parser or engine of a user is made of the same parts as those that
 * come with the program.
 */

export type {
  EventLog,
  LogRecord,
  ReadLimit,
  Subscription,
} from '../bus/index.ts';
export type {
  BusEngine,
  EngineOptions,
  EnginePlace,
  IndexEngine,
  IndexPlace,
  StoreEngine,
} from '../engines/index.ts';
export { SkoposError } from '../errors.ts';
export type { EventIndex, SearchRequest } from '../index/index.ts';
export type { Message, Parser, ParserEnvironment, ParserType, ParseSink } from '../parsers/index.ts';
export { ParseError, ParserConfigError } from '../parsers/index.ts';
export {
  argumentError,
  type Capabilities,
  double,
  type FunctionBody,
  type FunctionExample,
  type FunctionParameter,
  float,
  isNumber,
  kindOf,
  Lambda,
  long,
  numberOf,
  StellarError,
  type StellarFunction,
  textOf,
  toPlain,
  typeError,
} from '../stellar/index.ts';
export type { KeyValueEntry, KeyValueStore } from '../store/index.ts';
export {
  definePlugin,
  type EnginePlugin,
  type FunctionPlugin,
  type ParserPlugin,
  type Plugin,
  type PluginDefinition,
  PluginError,
} from './define-plugin.ts';
