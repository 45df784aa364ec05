import { SkoposError } from '../errors.ts';

export type ZookeeperErrorCode =
  /** What names the servers cannot be read. */
  | 'SKP_ZOOKEEPER_ADDRESS'
  /** No server could be reached, or each broke off. */
  | 'SKP_ZOOKEEPER_UNREACHABLE'
  /** What answers does not speak ZooKeeper's protocol, or answers more than it may. */
  | 'SKP_ZOOKEEPER_PROTOCOL'
  | 'SKP_ZOOKEEPER_TIME'
  /** The node may not be read with these credentials. */
  | 'SKP_ZOOKEEPER_DENIED'
  /** Any other refusal of the server. */
  | 'SKP_ZOOKEEPER_REFUSED';

export class ZookeeperError extends SkoposError {
  declare readonly code: ZookeeperErrorCode;

  constructor(
    code: ZookeeperErrorCode,
    message: string,
    options: { readonly hint?: string; readonly cause?: unknown } = {},
  ) {
    super(code, message, options);
  }
}
