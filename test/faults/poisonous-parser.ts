/** For tests, loaded into a worker before its own code: the parser `jsonmap` really kills the thread over certain lines. */
import { builtInParsers } from '../../src/parsers/index.ts';

const jsonMap = builtInParsers.find((one) => one.name === 'jsonmap');
if (jsonMap === undefined) throw new Error('there is no parser jsonmap');
const { configure } = jsonMap;

Object.assign(jsonMap, {
  configure: (...parameters: Parameters<typeof configure>) => {
    const parser = configure(...parameters);
    return {
      ...parser,
      parse(text: string, sink: Parameters<typeof parser.parse>[1]): void {
        if (text.includes('"poison":"loop"')) for (;;);
        if (text.includes('"poison":"exit"')) process.exit(3);
        if (text.includes('"poison":"memory"')) hoard();
        parser.parse(text, sink);
      },
    };
  },
});

function hoard(): void {
  const all: unknown[] = [];
  for (;;) all.push(Array.from({ length: 10_000 }, (_, index) => ({ index })));
}
