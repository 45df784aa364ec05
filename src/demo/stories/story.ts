/** What a story is given, and what it answers. */
import type { Host, User } from '../company.ts';
import type { DemoEvent, StoryName } from '../event.ts';
import type { Campaign } from '../outside.ts';
import type { Scene } from '../scene.ts';

/** One round of the five stories: the same attacker, the same victim, the same fallen host. */
export interface Round {
  readonly number: number;
  readonly campaign: Campaign;
  /** Who clicks. */
  readonly victim: User;
  /** Where the guessed password opens, and where the attacker goes on from. */
  readonly fallen: Host;
  /** Where the data is that leaves in the end. */
  readonly treasure: Host;
}

export interface Story {
  readonly name: StoryName;
  /** When it begins, in milliseconds from the beginning of its round. */
  readonly begins: number;
  /** Its events, in the order in which they are written. `start` is milliseconds since the start of the demo. */
  tell(scene: Scene, start: number, round: Round): readonly DemoEvent[];
}
