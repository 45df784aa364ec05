/** What the simulation makes: lines of log, when they are written, and by which story. */

export const sensors = ['zeek', 'squid', 'asa', 'snort', 'yaf', 'syslog'] as const;
export type Sensor = (typeof sensors)[number];

export const storyNames = [
  'phishing',
  'beacon',
  'password guessing',
  'lateral movement',
  'data leaving',
] as const;
export type StoryName = (typeof storyNames)[number];

export interface DemoEvent {
  /** When the line is written: epoch milliseconds. */
  readonly at: number;
  readonly sensor: Sensor;
  /** As the product writes it, without a line end. */
  readonly line: string;
  /** Null for ordinary traffic. */
  readonly story: StoryName | null;
}
