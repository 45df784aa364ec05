export type {
  EnrichmentAdapter,
  EnrichmentServices,
  Fragment,
  OpenAdapter,
  ReferenceLookup,
  StageBlock,
  StageName,
} from './adapter.ts';
export { emptyFragment, fragmentOf } from './adapter.ts';
export {
  type AsnDatabase,
  type AutonomousSystem,
  buildRangeTable,
  SwappableAsnDatabase,
} from './asn-database.ts';
export {
  type DatabaseFiles,
  type LoadedDatabases,
  loadAsn,
  loadGeo,
  watchDatabase,
} from './database-files.ts';
export { type GeoDatabase, type GeoLocation, MmdbGeoDatabase } from './geo-database.ts';
export { KnownHostList, type KnownHosts } from './known-hosts.ts';
export { tableOf } from './reference.ts';
export { builtInAdapters } from './registry.ts';
export { SharedFragment } from './shared-fragment.ts';
export { type Asides, createStage, type Stage, type StageOptions, type TaskError } from './stage.ts';
export { type Compile, compileStellarGroups, runGroup, type StellarGroup } from './stellar-block.ts';
