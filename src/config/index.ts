export { Broadcast } from './broadcast.ts';
export { checkAgainst } from './check-against.ts';
export {
  type ConfigChecks,
  type ExpressionProblem,
  knownEnrichmentAdapters,
  knownThreatIntelAdapters,
  type UnknownField,
} from './checks.ts';
export {
  type ConfigFolder,
  type ConfigFolderOptions,
  type ConfigSource,
  openConfigFolder,
} from './config-folder.ts';
export {
  type DocumentKind,
  type Documents,
  documentSchemas,
  type ParsedDocument,
  parseDocument,
} from './document.ts';
export { fileProblem } from './folder-files.ts';
export { type FieldValidation, type GlobalConfig, globalKeyNames, type KnownHost } from './global.ts';
export {
  type HttpListenerConfig,
  httpListenerSchema,
  type ListenerConfig,
  listenersSchema,
  type NetflowListenerConfig,
  type SyslogListenerConfig,
  syslogListenerSchema,
  type TailListenerConfig,
  tailListenerSchema,
} from './listeners.ts';
export {
  checkConfig,
  createConfigChecker,
  defaultConfigFolder,
  type LoadedConfig,
  type LoadOptions,
  loadConfig,
} from './load.ts';
export {
  ConfigError,
  type ConfigProblem,
  type ConfigProblemCode,
  formatProblem,
  type JsonPath,
} from './problem.ts';
export { publishedSchemas } from './published-schemas.ts';
export type {
  AdapterConfig,
  Aggregator,
  EnrichmentBlock,
  RiskLevelRule,
  SensorEnrichmentConfig,
  TriageConfig,
} from './sensor-enrichment.ts';
export type { SensorIndexingConfig } from './sensor-indexing.ts';
export type { FieldTransformation, SensorParserConfig } from './sensor-parser.ts';
export {
  defaultEnrichment,
  defaultIndexing,
  type SensorConfig,
  type Snapshot,
  sensorConfig,
} from './snapshot.ts';
export {
  parseStellarGroups,
  type StellarBlock,
  type StellarGroup,
  type StellarStatement,
} from './stellar-block.ts';
