import {
  type Broker,
  type Connection,
  type Consumer,
  FindCoordinatorKeyTypes,
  findCoordinatorV4,
  kGetBootstrapConnection,
  kGetConnection,
  offsetCommitV8,
} from '@platformatic/kafka';
import type { GroupPosition } from '../event-log.ts';
import { brokerErrors } from './errors.ts';
import type { MemberIdentity } from './member.ts';

const attempts = 20;
const pauseMs = 250;

/** Brokers that are about to know better: another coordinator, a rebalance that ends. */
const passing: ReadonlySet<string> = new Set([
  'COORDINATOR_LOAD_IN_PROGRESS',
  'COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR',
  'REBALANCE_IN_PROGRESS',
]);

/** Commits as a member of a generation, and as no other: refused (`UNKNOWN_MEMBER_ID`, `ILLEGAL_GENERATION`) when that is over. */
export async function commitOffsets(
  client: Consumer,
  groupId: string,
  { memberId, generationId }: MemberIdentity,
  positions: readonly GroupPosition[],
): Promise<void> {
  const topics = [...Map.groupBy(positions, ({ topic }) => topic)].map(([name, list]) => ({
    name,
    partitions: list.map(({ partition, nextOffset }) => ({
      partitionIndex: partition,
      committedOffset: BigInt(nextOffset),
      committedLeaderEpoch: -1,
      committedMetadata: null,
    })),
  }));
  for (let attempt = 1; ; attempt++) {
    try {
      const connection = await coordinatorOf(client, groupId);
      await offsetCommitV8.api.async(connection, groupId, generationId, memberId, null, topics);
      return;
    } catch (error) {
      const names = brokerErrors(error);
      // Nothing said by a broker: the connection broke.
      const mayPass = names.length === 0 || names.some((name) => passing.has(name));
      if (!mayPass || attempt >= attempts) throw error;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}

async function coordinatorOf(client: Consumer, groupId: string): Promise<Connection> {
  const bootstrap = await connected((done) => client[kGetBootstrapConnection](done));
  const { coordinators } = await findCoordinatorV4.api.async(bootstrap, FindCoordinatorKeyTypes.GROUP, [
    groupId,
  ]);
  const found = coordinators[0];
  if (found === undefined) throw new Error(`no broker coordinates group ${groupId}`);
  const broker: Broker = { host: found.host, port: found.port };
  return connected((done) => client[kGetConnection](broker, done));
}

function connected(
  open: (done: (error: Error | null, connection?: Connection) => void) => void,
): Promise<Connection> {
  return new Promise((resolve, reject) =>
    open((error, connection) => (connection === undefined ? reject(error) : resolve(connection))),
  );
}
