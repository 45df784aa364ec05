/** `asn`: the autonomous system of an address. Metron had it only as a Stellar function. */
import { type EnrichmentAdapter, emptyFragment, fragmentOf } from './adapter.ts';

export const asnAdapter: EnrichmentAdapter = {
  name: 'asn',
  stages: ['enrichment'],
  description:
    'Number and organisation of the autonomous system that announces an address, and the network that matched',
  timingName: 'asnadapter',
  open: (_block, services) => ({
    lookUp: (_field, value) => {
      const system = services.asn.get(value);
      return system === null ? emptyFragment : fragmentOf({ ...system });
    },
    version: () => services.asn.version(),
  }),
};
