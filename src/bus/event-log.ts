/**
 * The bus: an append-only log of records in topics and partitions, read by consumer groups.
 *
 * Every implementation (LMDB on one machine, Kafka in a cluster) passes `conformance.ts` in this folder.
 */

/** A record on its way into the log. `value` is kept byte for byte. */
export interface LogRecord {
  readonly key?: Uint8Array | null;
  readonly value: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  /** Epoch milliseconds; the time of the append when absent. */
  readonly timestamp?: number;
}

/** A run of appended records: `count` records from `baseOffset` on. */
export interface AppendedRange {
  readonly topic: string;
  readonly partition: number;
  readonly baseOffset: number;
  readonly count: number;
}

/** Records for one partition, as a part of a transaction. */
export interface PartitionAppend {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly LogRecord[];
}

/** The next offset that a group will read in a partition. */
export interface GroupPosition {
  readonly topic: string;
  readonly partition: number;
  readonly nextOffset: number;
}

/**
 * A run of consecutive records of one partition. Views on the batch's own bytes: no object exists per record, and a view
 * stays as it is for as long as it is kept (it keeps the bytes of its run in memory, so copy what is kept long).
 */
export interface RecordBatch {
  readonly topic: string;
  readonly partition: number;
  /** Tells the topic from earlier ones of the same name, where topics may be deleted and made anew: unique for ever. */
  readonly identity?: string;
  /** Offset of record 0. Offsets inside a batch may have gaps only where `offset(i)` says so. */
  readonly baseOffset: number;
  readonly count: number;
  /** The offset to continue from. */
  readonly nextOffset: number;
  offset(index: number): number;
  key(index: number): Uint8Array | null;
  /** A view on the record's bytes (a Buffer, so `utf8Slice` and friends are at hand). */
  value(index: number): Buffer;
  headers(index: number): Readonly<Record<string, string>>;
  timestamp(index: number): number;
}

export interface TopicOptions {
  /** Number of partitions, 1 or more. Fixed once the topic exists. */
  readonly partitions: number;
  /** Records older than this may be deleted; whole runs at a time. */
  readonly retentionMs?: number;
  /** Oldest runs are deleted while a partition holds more bytes than this. */
  readonly retentionBytes?: number;
  /**
   * Of records with the same key older ones may be deleted; none goes for its age, or for the size of the topic. Not together with a
   * retention.
   */
  readonly compacted?: boolean;
}

export interface ReadLimit {
  readonly maxRecords: number;
  readonly maxBytes: number;
  /**
   * The batch is needed only until the next read of this log in this thread with `reuse`: its memory may be used again then. A
   * reader of millions of records spares the collector its garbage so.
   */
  readonly reuse?: boolean;
}

export interface TopicDescription {
  readonly topic: string;
  readonly partitions: readonly {
    readonly partition: number;
    /** First offset still held. */
    readonly startOffset: number;
    /** Offset that the next append gets. */
    readonly endOffset: number;
    readonly bytes: number;
  }[];
}

export interface Subscription {
  /**
   * Resolves with the next run of records of one partition assigned to this member, or with null when `signal` aborts or
   * the subscription closes. Waits (without polling the caller) while there is nothing to read. Partitions take turns. One
   * call at a time.
   */
  next(limit: ReadLimit, signal?: AbortSignal): Promise<RecordBatch | null>;
  /** Durably stores the group's positions. A sink that keeps them with its own data subscribes with `startAt` instead. */
  commit(positions: readonly GroupPosition[]): Promise<void>;
  /**
   * Appends to several partitions and stores positions of partitions of this member, all or nothing. What another member has taken
   * over meanwhile is not stored, and nothing appended: `BusError` code `SKP_BUS_FENCED`. `commit` rejects so too.
   */
  commitWith(
    appends: readonly PartitionAppend[],
    positions: readonly GroupPosition[],
  ): Promise<readonly AppendedRange[]>;
  /** Continue reading a partition from an offset of the caller's choosing. */
  seek(position: GroupPosition): void;
  /** How often the group shared its partitions out anew, this member being in it; absent where that is not counted. */
  readonly rebalances?: number;
  /** Partitions of this member at present. */
  assigned(): readonly { readonly topic: string; readonly partition: number }[];
  /** Those of them that are not read for so long already, since where to begin is not known yet; absent where that cannot be. */
  notBegun?(forMs: number): readonly { readonly topic: string; readonly partition: number }[];
  /**
   * `drain` runs before partitions are taken away (at `close` too): finish what is in flight, commit, return. When it
   * fails, the partitions go all the same, and the following `next` rejects with its error.
   */
  onRevoked(drain: (partitions: readonly { topic: string; partition: number }[]) => Promise<void>): void;
  close(): Promise<void>;
}

export interface SubscribeOptions {
  /**
   * For a sink that keeps its position with its own data: asked whenever a partition is assigned to this member, it says
   * where to read from. Undefined: the group's committed offset. Nothing of the partition is read before it has answered;
   * when it fails, the following `next` rejects with its error.
   */
  readonly startAt?: (partition: {
    readonly topic: string;
    readonly partition: number;
  }) => number | undefined | Promise<number | undefined>;
}

export interface EventLog {
  /** Creates the topic when it does not exist. Existing topics keep their partitions; retention is updated. */
  ensureTopic(topic: string, options: TopicOptions): Promise<void>;
  topics(): Promise<readonly string[]>;
  describe(topic: string): Promise<TopicDescription>;
  /**
   * Appends a batch to one partition; all or nothing. Resolves once the batch is durable (see docs/bus.md, "Durable").
   * Rejects with `BusError` code `SKP_BUS_FULL` when the disk has no room; nothing was appended then, and a later append
   * works again once there is room. The caller's buffers are its own again as soon as the call returns.
   */
  append(topic: string, partition: number, records: readonly LogRecord[]): Promise<AppendedRange>;
  /**
   * Appends to several partitions and stores a group's positions, all or nothing (a transaction where the bus is Kafka). A
   * stage that reads one topic and writes another keeps here how far what it wrote goes: after a crash it knows what it wrote
   * already, and writes nothing twice. Resolves and rejects as `append` does; a partition may stand in `appends` once.
   */
  appendTogether(
    appends: readonly PartitionAppend[],
    commit?: { readonly group: string; readonly positions: readonly GroupPosition[] },
  ): Promise<readonly AppendedRange[]>;
  /** Reads from an offset; null when there is nothing at or after it yet. An offset before the start begins at the start. */
  read(
    topic: string,
    partition: number,
    offset: number,
    limit: ReadLimit,
  ): RecordBatch | null | Promise<RecordBatch | null>;
  /**
   * Joins a consumer group. Members of one group share the partitions of the topics. A partition is read from the group's
   * committed offset, or from its start where there is none.
   */
  subscribe(group: string, topics: readonly string[], options?: SubscribeOptions): Promise<Subscription>;
  committed(group: string): Promise<readonly GroupPosition[]>;
  commit(group: string, positions: readonly GroupPosition[]): Promise<void>;
  /** Records not yet committed by the group, per partition. */
  lag(group: string): Promise<readonly (GroupPosition & { readonly lag: number })[]>;
  /** Calls `listener` after appends to the topic become visible to readers here. Returns a function that stops it. */
  onAppend(topic: string, listener: () => void): () => void;
  /** Applies the retention of every topic now; it also runs by itself. Records not yet read by a group are not spared. */
  enforceRetention(now: number): Promise<void>;
  close(): Promise<void>;
}
