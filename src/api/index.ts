export type { WireIngestHelp, WireLiveCommit, WireSearchResponse } from './contract.ts';
export type { GrokTools } from './grok-routes.ts';
export type { LiveFeed } from './live-routes.ts';
export type { ConfigView, Health } from './operations-routes.ts';
export type { PageFolder } from './page-routes.ts';
export { createServer, type ServerParts } from './server.ts';
export type { StellarTools } from './stellar-routes.ts';
