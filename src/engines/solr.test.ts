import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadCluster } from './index.ts';

describe('an index on Solr in cluster.json', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'skopos-cluster-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const load = async (index: unknown) => {
    await writeFile(path.join(folder, 'cluster.json'), JSON.stringify({ index }));
    return (await loadCluster(folder)).index;
  };

  it('has its password and certificates read', async () => {
    await writeFile(path.join(folder, 'secret'), 'between us\n');
    await writeFile(path.join(folder, 'ca.pem'), 'the authority');
    const index = await load({
      type: 'solr',
      nodes: ['https://solr-1:8983/solr'],
      username: 'skopos',
      password: { file: 'secret' },
      tls: { ca: 'ca.pem' },
    });
    expect(index).toEqual({
      type: 'solr',
      options: {
        nodes: ['https://solr-1:8983/solr'],
        username: 'skopos',
        password: 'between us',
        tls: { ca: 'the authority' },
      },
    });
    expect(structuredClone(index)).toEqual(index);
  });

  it.each([
    ['no nodes', { type: 'solr', nodes: [] }],
    ['an address that is none', { type: 'solr', nodes: ['solr-1:8983'] }],
    ['a misspelt option', { type: 'solr', nodes: ['http://s/solr'], shard: 2 }],
    ['a prefix that Solr does not take', { type: 'solr', nodes: ['http://s/solr'], prefix: 'a/b' }],
  ])('is refused with %s', async (_, index) => {
    await expect(load(index)).rejects.toThrow(/index/);
  });
});
