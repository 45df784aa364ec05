/** `geo`: the place of an address. */
import { type EnrichmentAdapter, emptyFragment, fragmentOf } from './adapter.ts';

export const geoAdapter: EnrichmentAdapter = {
  name: 'geo',
  stages: ['enrichment'],
  description: 'Country, city and coordinates of an IPv4 or IPv6 address',
  timingName: 'geoadapter',
  open: (_block, services) => ({
    lookUp: (_field, value) => {
      const location = services.geo.get(value);
      return location === null ? emptyFragment : fragmentOf({ ...location });
    },
    version: () => services.geo.version(),
  }),
};
