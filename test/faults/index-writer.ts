/** Writes to an event index until it is killed: the other half of `index-kill.test.ts`. Prints each position that is stored. */
import { encodeEvents, openDuckdbIndex } from '../../src/index/index.ts';

const index = await openDuckdbIndex(process.argv[2]!, {
  sealRows: 2500,
  sealAlertRows: 100,
  maintainEveryMs: 5,
});
let next = (await index.positions())[0]?.nextOffset ?? 0;
for (;;) {
  const size = 1 + Math.floor(Math.random() * 1500);
  const events = Array.from({ length: size }, (_, i) => ({
    guid: `g${String(next + i).padStart(9, '0')}`,
    timestamp: next + i,
    text: `event ${next + i}`,
    ...((next + i) % 50 === 0 ? { is_alert: 'true' } : {}),
  }));
  const source = { topic: 't', partition: 0, fromOffset: next, nextOffset: next + size };
  await index.write([{ events: [encodeEvents('conn', events)], source }]);
  next += size;
  process.stdout.write(`${next}\n`);
  if (next % 3 === 0) {
    const guid = `g${String(Math.floor((next - 1) / 50) * 50).padStart(9, '0')}`;
    await index.patch(guid, 'conn', [{ op: 'add', path: '/alert_status', value: 'OPEN' }]);
  }
}
