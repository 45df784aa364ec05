/** The demo's events through the program's own pipeline, with the demo's configuration and lists. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoEvent, type StoryName, storyNames } from './event.ts';
import { createSimulation } from './simulation.ts';
import { roundMs } from './stories/index.ts';
import { type DemoPipeline, openDemoPipeline, type Played } from './testing/pipeline.ts';

const start = Date.UTC(2026, 10, 5, 9, 30);
/** Three rounds, which have the three attackers, by day and by night. */
const played: Played[] = [];
let pipeline: DemoPipeline;

beforeAll(async () => {
  pipeline = await openDemoPipeline(start);
  const events: DemoEvent[] = [];
  for (const event of createSimulation({ seed: 'test', start, rate: 15, speed: 1 })) {
    if (event.at >= start + 3 * roundMs) break;
    events.push(event);
  }
  played.push(...(await pipeline.play(events)));
}, 60_000);

afterAll(() => pipeline?.close());

const isAlert = ({ message }: Played): boolean => message?.['is_alert'] === 'true';
const scoreOf = ({ message }: Played): number => Number(message?.['threat.triage.score']);
const rulesOf = ({ message }: Played): string[] =>
  Object.entries(message ?? {})
    .filter(([field]) => /^threat\.triage\.rules\.\d+\.name$/.test(field))
    .map(([, name]) => String(name));

function alertsOf(story: StoryName, round: number): Played[] {
  const from = start + round * roundMs;
  return played.filter(
    (one) =>
      one.event.story === story && one.event.at >= from && one.event.at < from + roundMs && isAlert(one),
  );
}

describe('the demo, through the pipeline', () => {
  it('writes no line that its parser refuses', () => {
    const refused = played.filter(({ message, problem }) => message === null || problem !== null);
    expect(refused.map(({ event, problem }) => [problem, event.line])).toEqual([]);
    expect(played.length).toBeGreaterThan(10_000);
  });

  it('lets no rule and no enrichment fail', () => {
    expect(played.filter(({ message }) => message?.['enrichment_errors'] !== undefined)).toEqual([]);
  });

  it('reads the times as they were written', () => {
    for (const { event, message } of played) {
      // Connections carry the time at which they began; the longest takes four minutes.
      const difference = event.at - Number(message?.['timestamp']);
      expect(difference).toBeGreaterThan(-1);
      expect(difference).toBeLessThan(260_000);
    }
  });

  const found: Record<StoryName, readonly string[]> = {
    phishing: [
      'Mail from a look-alike domain',
      'Look-alike domain',
      'Look-alike page opened',
      'Password page of a look-alike',
      'IDS: phishing',
    ],
    beacon: ['Fingerprint of malware', 'IDS: beacon'],
    'password guessing': [
      'Password guessing',
      'Failed sign-in from outside',
      'Password accepted from outside',
    ],
    'lateral movement': [
      'Unknown path between machines',
      'From the DMZ to the servers',
      'Sign-in from the DMZ',
    ],
    'data leaving': [
      'Large upload',
      'IDS: data leaving',
      'Large flow to outside',
      'Large transfer through the firewall',
    ],
  };

  describe.each([0, 1, 2])('in round %i', (round) => {
    it.each(storyNames)('%s is found by its rules, with a score above 50', (story) => {
      const alerts = alertsOf(story, round);
      expect(Math.max(...alerts.map(scoreOf))).toBeGreaterThan(50);
      expect(alerts.flatMap(rulesOf)).toEqual(expect.arrayContaining([...found[story]]));
    });
  });

  it('shows the first alert within fifteen seconds', () => {
    const alert = played.find((one) => isAlert(one) && scoreOf(one) > 50);
    expect(alert!.event.at - start).toBeLessThan(15_000);
  });

  it('makes of ordinary traffic alerts of less than one in a hundred, none above 50, and some', () => {
    const ordinary = played.filter(({ event }) => event.story === null);
    const alerts = ordinary.filter(isAlert);
    expect(alerts.length / ordinary.length).toBeLessThan(0.01);
    expect(alerts.length).toBeGreaterThan(0);
    expect(Math.max(...alerts.map(scoreOf))).toBeLessThanOrEqual(50);
  });

  it('gives every alert a rule with a name, and a reason without holes', () => {
    for (const one of played.filter(isAlert)) {
      expect(rulesOf(one).length).toBeGreaterThan(0);
      const reason = String(one.message?.['threat.triage.rules.0.reason']);
      expect(reason).not.toMatch(/null|undefined|%s|\bin \.|^\s*$/);
    }
  });

  it('knows the owner of the machine in each alert of the phishing story', () => {
    for (const { message } of alertsOf('phishing', 0).filter(({ event }) => event.sensor === 'squid'))
      expect(message?.['enrichments.hbaseEnrichment.ip_src_addr.asset.owner']).toMatch(/^\p{L}+ \p{L}+/u);
  });
});
