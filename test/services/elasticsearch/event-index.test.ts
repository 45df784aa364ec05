import { afterAll, beforeAll } from 'vitest';
import { eventIndexConformance } from '../../../src/index/conformance.ts';
import { indexOnServer } from '../opensearch/index-on-server.ts';
import { type SearchNode, startNode } from '../opensearch/nodes.ts';

let node: SearchNode;
beforeAll(async () => {
  node = await startNode({ product: 'elasticsearch' });
});
afterAll(() => node.stop());

eventIndexConformance('Elasticsearch 7.10', () => indexOnServer(node));
