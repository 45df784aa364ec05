import { StoreError } from '../store-error.ts';
import type { HBaseGateway } from './gateway.ts';
import { HBaseKeyValueStore } from './hbase-store.ts';
import { RestGateway } from './rest-gateway.ts';
import type { HBaseSettings } from './settings.ts';
import { ThriftGateway } from './thrift-gateway.ts';

/** Opens the key-value store on HBase. Nothing is connected before it is used. */
export function openHBaseKeyValueStore(settings: HBaseSettings): HBaseKeyValueStore {
  const gateways = settings.servers.map((server) => gatewayOf(server, settings));
  if (gateways.length === 0)
    throw new StoreError('SKP_STORE_INPUT', 'No server of HBase is named', { hint: 'Give host:port.' });
  return new HBaseKeyValueStore(`HBase (${settings.servers.join(', ')})`, gateways, settings);
}

function gatewayOf(server: string, settings: HBaseSettings): HBaseGateway {
  const [, host = '', port = ''] = /^(.+):(\d{1,5})$/.exec(server) ?? [];
  if (host === '' || Number(port) > 65_535) {
    throw new StoreError('SKP_STORE_INPUT', `${JSON.stringify(server.slice(0, 80))} is no server`, {
      hint: 'Write host:port.',
    });
  }
  const reached = {
    host: host.replace(/^\[(.*)\]$/, '$1'),
    port: Number(port),
    tls: settings.tls,
    connections: settings.connections ?? 4,
    connectMs: settings.connectTimeoutMs ?? 3_000,
    callMs: settings.requestTimeoutMs ?? 5_000,
  };
  return settings.gateway === 'rest'
    ? new RestGateway(reached)
    : new ThriftGateway({ ...reached, framed: settings.framed });
}
