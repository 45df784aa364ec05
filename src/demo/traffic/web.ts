/** People reading, writing and clicking in the web. */
import type { User } from '../company.ts';
import { workstationOf } from '../company.ts';
import { sites } from '../outside.ts';
import { dnsLookup, visit } from '../protocols.ts';
import type { Recorder } from '../recorder.ts';

export function webVisit(log: Recorder, time: number, user: User): void {
  const { random } = log.scene;
  const source = workstationOf(user);
  const site = random.weighted(sites, (one) => one.weight);
  let at = time;
  if (random.chance(0.5)) {
    dnsLookup(log, at, source, site.host, 'A', [site.ip]);
    at += random.between(20, 120);
  }
  for (let request = random.whole(1, 3); request > 0; request--) {
    const post = random.chance(0.12);
    visit(log, at, {
      source,
      site,
      path: random.pick(site.paths),
      method: post ? 'POST' : 'GET',
      sent: post ? random.size(400, 20_000) : random.whole(350, 1_400),
      received: random.size(...site.size),
      elapsedMs: random.size(25, 2_500),
      cached: !post && random.chance(0.1),
    });
    at += random.between(100, 3_000);
  }
}
