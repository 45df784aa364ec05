import { afterAll, beforeAll, beforeEach, describe } from 'vitest';
import { eventIndexConformance } from '../../../src/index/conformance.ts';
import { indexOnServer } from '../opensearch/index-on-server.ts';
import { lacking, startElasticsearch8, type TestNode } from './node.ts';

describe('the distribution for tests', () => {
  let node: TestNode | undefined;
  beforeAll(async () => {
    node = await startElasticsearch8();
  });
  afterAll(() => node?.stop());
  beforeEach((context) => {
    const lacks = lacking.get(context.task.name);
    if (lacks !== undefined) context.skip(lacks);
  });

  eventIndexConformance('Elasticsearch 8', () => indexOnServer(node!));
});
