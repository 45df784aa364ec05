/** A parser of our own: the log of the doors, `2025-11-25T10:00:00Z door=3 badge=4711 granted`. */
import { definePlugin, ParseError, type Parser } from 'skopos';

const line = /^(\S+) door=(\d+) badge=(\w+) (granted|denied)$/;

const parser: Parser = {
  parse(text, sink) {
    for (const record of text.split('\n')) {
      if (record === '') continue;
      const [, time = '', door, badge, outcome] = line.exec(record) ?? [];
      const timestamp = Date.parse(time);
      if (Number.isNaN(timestamp)) {
        sink.reject(record, new ParseError('This is no line of the door log'));
        continue;
      }
      sink.emit({ timestamp, original_string: record, door: Number(door), user: badge, outcome });
    }
  },
};

export default definePlugin({
  kind: 'parser',
  name: 'doorlog',
  description: 'The log of the doors: time, door, badge, and whether it opened',
  configure: () => parser,
});
