/** The office day: an hour of it passes in a minute of the demo, so that its rhythm shows in a histogram soon. */

const minute = 60_000;
/** The demo begins as people come in. */
const firstHour = 8.25;

/** Share of the full pace at the full hours; between them it is drawn straight. */
const pace = [
  0.25, 0.25, 0.3, 0.25, 0.25, 0.3, 0.4, 0.6, 0.9, 1.1, 1.15, 1.1, 0.75, 0.95, 1.1, 1.1, 1, 0.75, 0.5, 0.4,
  0.35, 0.3, 0.3, 0.25,
];

/** Hour of the company's day, 0 to 24, of a time of the demo in milliseconds. */
export function companyHour(time: number): number {
  return (firstHour + time / minute) % 24;
}

/** Factor on the rate; about one in working hours. */
export function paceAt(time: number): number {
  const hour = companyHour(time);
  const from = Math.floor(hour);
  const share = hour - from;
  return pace[from]! * (1 - share) + pace[(from + 1) % 24]! * share;
}

export function isWorkingTime(time: number): boolean {
  const hour = companyHour(time);
  return hour >= 7 && hour < 18.5;
}
