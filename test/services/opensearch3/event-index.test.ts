import { afterAll, beforeAll, describe } from 'vitest';
import { eventIndexConformance } from '../../../src/index/conformance.ts';
import { indexOnServer } from '../opensearch/index-on-server.ts';
import { cannotRun, type SearchNode, startNode } from '../opensearch/nodes.ts';

const why = cannotRun('opensearch3');
if (why !== null) console.log(`OpenSearch 3: skipped, there is ${why}`);

describe.skipIf(why !== null)('version 3', () => {
  let node: SearchNode;
  beforeAll(async () => {
    node = await startNode({ product: 'opensearch3' });
  });
  afterAll(() => node.stop());

  eventIndexConformance('OpenSearch 3', () => indexOnServer(node));
});
