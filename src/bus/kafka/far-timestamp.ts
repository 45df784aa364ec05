/**
 * The client writes a record's time as its distance from that of the batch's first record, and writes distances of 2^31 ms (24 days)
 * and more wrongly. Such a record gets the time of the first one, and its own in a header that readers of the bus do not see.
 */
export const timestampHeader = 'skopos.timestamp';

/** Milliseconds. */
export const farTimestamp = 2 ** 31;
