/** Ordinary traffic: what people and machines do, and how often by day and by night. */
import { users } from '../company.ts';
import type { DemoEvent } from '../event.ts';
import { Recorder } from '../recorder.ts';
import { isWorkingTime } from '../rhythm.ts';
import type { Scene } from '../scene.ts';
import { administer, mistypedPassword, scheduledJob } from './administration.ts';
import { backup, customer, idsNoise, knock } from './edge.ts';
import { mail } from './mail.ts';
import { nameLookup } from './names.ts';
import { openFiles, print, useApplication } from './office.ts';
import { webVisit } from './web.ts';

type User = (typeof users)[number];

interface Activity {
  readonly play: (log: Recorder, time: number, user: User) => void;
  /** How often, relative to the others. */
  readonly day: number;
  readonly night: number;
}

const activities: readonly Activity[] = [
  { play: webVisit, day: 40, night: 4 },
  { play: nameLookup, day: 24, night: 18 },
  { play: openFiles, day: 14, night: 1 },
  { play: useApplication, day: 16, night: 1 },
  { play: mail, day: 7, night: 3 },
  { play: print, day: 2, night: 0 },
  { play: administer, day: 2, night: 0.2 },
  { play: mistypedPassword, day: 0.5, night: 0 },
  { play: scheduledJob, day: 5, night: 8 },
  { play: knock, day: 10, night: 12 },
  { play: customer, day: 10, night: 8 },
  { play: idsNoise, day: 0.4, night: 0.2 },
  { play: backup, day: 0, night: 0.2 },
];

/** One thing that someone or something does, and all that the sensors write of it, in order. */
export function ordinaryActivity(scene: Scene, time: number): readonly DemoEvent[] {
  const { random } = scene;
  const log = new Recorder(scene, null);
  const working = isWorkingTime(time);
  const activity = random.weighted(activities, ({ day, night }) => (working ? day : night));
  activity.play(log, time, random.pick(users));
  return log.sorted();
}
