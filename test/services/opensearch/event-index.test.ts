import { afterAll, beforeAll } from 'vitest';
import { eventIndexConformance } from '../../../src/index/conformance.ts';
import { indexOnServer } from './index-on-server.ts';
import { type SearchNode, startNode } from './nodes.ts';

let node: SearchNode;
beforeAll(async () => {
  node = await startNode();
});
afterAll(() => node.stop());

eventIndexConformance('OpenSearch', () => indexOnServer(node));
