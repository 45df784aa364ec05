/** The five stories in the order in which they are told, and the rounds in which they come back. */
import { hostNamed, users } from '../company.ts';
import { campaigns } from '../outside.ts';
import type { Random } from '../random.ts';
import { beacon } from './beacon.ts';
import { exfiltration } from './exfiltration.ts';
import { guessing } from './guessing.ts';
import { lateral } from './lateral.ts';
import { phishing } from './phishing.ts';
import type { Round, Story } from './story.ts';

export type { Round, Story } from './story.ts';

export const stories: readonly Story[] = [phishing, beacon, guessing, lateral, exfiltration];

/** From the beginning of one round to that of the next, in milliseconds of the demo. */
export const roundMs = 600_000;

/** Each round has the next attacker, and a victim of its own. */
export function roundOf(number: number, random: Random): Round {
  return {
    number,
    campaign: campaigns[number % campaigns.length]!,
    victim: random.pick(users.filter((user) => !user.administrator)),
    fallen: hostNamed('jump01'),
    treasure: hostNamed(random.pick(['db01', 'plm01'])),
  };
}
