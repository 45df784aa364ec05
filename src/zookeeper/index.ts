export { parseZookeeperAddress, type ZookeeperAddress, type ZookeeperServer } from './address.ts';
export { openZookeeper, type ZookeeperOptions, type ZookeeperReader } from './client.ts';
export { ZookeeperError, type ZookeeperErrorCode } from './errors.ts';
