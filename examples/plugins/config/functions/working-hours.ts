/** Whether somebody would be at work: a function of our own for rules and enrichments. */
import { argumentError, definePlugin, numberOf } from 'skopos';

const weekend: ReadonlySet<string> = new Set(['Sat', 'Sun']);
const formats = new Map<string, Intl.DateTimeFormat>();

/** Formats are dear to make; an event has one of a few zones. */
function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (format === undefined) {
    try {
      format = new Intl.DateTimeFormat('en', {
        timeZone: zone,
        weekday: 'short',
        hour: 'numeric',
        hourCycle: 'h23',
      });
    } catch {
      throw argumentError(`IN_WORKING_HOURS knows no zone ${JSON.stringify(zone)}`, 'such as Europe/Berlin');
    }
    if (formats.size < 100) formats.set(zone, format);
  }
  return format;
}

export default definePlugin({
  kind: 'function',
  name: 'IN_WORKING_HOURS',
  category: 'office',
  description: 'Whether a time lies between Monday and Friday, from 7 to 19 o’clock.',
  parameters: [
    { name: 'time', type: 'long', description: 'Milliseconds since 1970' },
    {
      name: 'zone',
      type: 'string',
      description: 'The time zone of the office; UTC when absent',
      optional: true,
    },
  ],
  returns: { type: 'boolean', description: 'True when it does, null for null' },
  examples: [
    { expression: 'IN_WORKING_HOURS(1764064800000L)', result: true },
    { expression: "IN_WORKING_HOURS(1764064800000L, 'Pacific/Auckland')", result: false },
  ],
  pure: true,
  arity: [1, 2],
  call: (_, time, zone) => {
    const epoch = numberOf(time);
    if (epoch === undefined) return null;
    const parts = formatOf(typeof zone === 'string' ? zone : 'UTC').formatToParts(epoch);
    const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
    const hour = Number(part('hour'));
    return !weekend.has(part('weekday')) && hour >= 7 && hour < 19;
  },
});
