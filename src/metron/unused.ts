/** What Metron has and this program does not act on: named, so that nobody waits for it. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { jsonObject } from './json-object.ts';
import type { MetronDocument } from './source.ts';

export interface Unused {
  readonly file: string;
  readonly what: string;
}

/** Keys of global.json for the servers around Metron, by their beginnings. */
const ofServers: readonly { readonly prefix: string; readonly instead: string }[] = [
  { prefix: 'bootstrap.servers', instead: 'the servers of a cluster are named in cluster.json' },
  { prefix: 'es.', instead: 'the servers of a cluster are named in cluster.json' },
  { prefix: 'solr.', instead: 'the servers of a cluster are named in cluster.json' },
  { prefix: 'indexing.writer.elasticsearch.', instead: 'the id of a document is its guid, always' },
  { prefix: 'enrichment.writer.', instead: 'batches follow the load' },
  { prefix: 'enrichment.list.hbase.', instead: 'tables are listed by the store' },
  { prefix: 'update.hbase.', instead: 'changes of alerts are kept in the index' },
  { prefix: 'user.settings.hbase.', instead: "users' settings are kept in the store" },
  { prefix: 'stellar.function.', instead: 'functions are added in functions/' },
];

/** Keys that name files in HDFS, which here are files of this machine, from the configuration folder on. */
const ofFiles: readonly string[] = ['geo.hdfs.file', 'asn.hdfs.file'];

/**
 * @param documents those that are imported
 * @param folder the configuration folder
 */
export function unusedParts(documents: readonly MetronDocument[], folder: string): readonly Unused[] {
  const unused: Unused[] = [];
  for (const document of documents) {
    if (document.kind === 'profiler')
      unused.push({
        file: document.file,
        what: 'kept as it is, unchecked: it belongs to the profiler, which no other part reads',
      });
    if (document.kind !== 'global') continue;
    const values = jsonObject(document.bytes);
    const keys = Object.keys(values);
    for (const key of ofFiles) {
      const named = values[key];
      if (typeof named === 'string' && named !== '' && !existsSync(path.resolve(folder, named)))
        unused.push({
          file: document.file,
          what: `${key}: there is no file ${named} on this machine; bring it (hdfs dfs -get), or remove the key for the built-in one`,
        });
    }
    for (const { prefix, instead } of ofServers) {
      const found = keys.filter((key) => key.startsWith(prefix));
      if (found.length > 0) unused.push({ file: document.file, what: `${found.join(', ')}: ${instead}` });
    }
  }
  return unused;
}
