/** Metron's configuration in ZooKeeper: /metron/topology/{global,profiler}, /metron/topology/{parsers,enrichments,indexing}/SENSOR. */
import type { ZookeeperReader } from '../zookeeper/index.ts';
import { MetronImportError } from './errors.ts';
import { Gathering, type MetronConfiguration, sensorFolders, singleDocuments } from './source.ts';

export const topologyPath = '/metron/topology';

/** @throws MetronImportError (`SKP_IMPORT_NOTHING`) where there is no such tree; ZookeeperError */
export async function readMetronFromZookeeper(
  zookeeper: Pick<ZookeeperReader, 'server' | 'data' | 'children'>,
): Promise<MetronConfiguration> {
  const names = await zookeeper.children(topologyPath);
  if (names === null)
    throw new MetronImportError(
      'SKP_IMPORT_NOTHING',
      `${zookeeper.server} has no node ${topologyPath}: no configuration of Metron was ever pushed there`,
      { hint: 'When Metron uses a path of its own, write it behind the last server: zk1:2181/PATH.' },
    );
  const gathering = new Gathering();
  for (const kind of singleDocuments) {
    const path = `${topologyPath}/${kind}`;
    if (!names.includes(kind)) continue;
    const bytes = await zookeeper.data(path);
    if (bytes !== null) gathering.single(kind, path, bytes);
  }
  for (const [folder, kind] of sensorFolders) {
    if (!names.includes(folder)) continue;
    for (const sensor of (await zookeeper.children(`${topologyPath}/${folder}`)) ?? []) {
      const path = `${topologyPath}/${folder}/${sensor}`;
      const bytes = await zookeeper.data(path);
      // Removed between listing and reading: as if it had not been listed.
      if (bytes !== null) gathering.forSensor(kind, folder, sensor, path, bytes);
    }
  }
  for (const name of names)
    if (!sensorFolders.has(name) && !singleDocuments.some((kind) => kind === name))
      gathering.leaveOut(`${topologyPath}/${name}`, 'Metron itself has no such configuration');
  return gathering.result();
}
