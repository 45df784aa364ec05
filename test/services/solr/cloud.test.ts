import { afterAll, beforeAll } from 'vitest';
import { eventIndexConformance } from '../../../src/index/conformance.ts';
import { indexOnSolr } from './index-on-solr.ts';
import { type SolrNode, startSolr } from './nodes.ts';

let node: SolrNode;
beforeAll(async () => {
  node = await startSolr({ cloud: true });
});
afterAll(() => node.stop());

eventIndexConformance('SolrCloud', () => indexOnSolr(node, true));
