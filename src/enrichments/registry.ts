/** The enrichment adapters: one line each. */
import type { EnrichmentAdapter } from './adapter.ts';
import { asnAdapter } from './asn.ts';
import { geoAdapter } from './geo.ts';
import { hostAdapter } from './known-hosts.ts';
import { referenceDataAdapter, threatIntelAdapter } from './reference.ts';

export const builtInAdapters: readonly EnrichmentAdapter[] = [
  geoAdapter,
  asnAdapter,
  hostAdapter,
  referenceDataAdapter,
  threatIntelAdapter,
];
