/** The parsers that come with Skopos. A parser is one file and one line here. */
import { asa } from './asa.ts';
import { csv } from './csv.ts';
import { grok } from './grok.ts';
import { jsonMap } from './jsonmap.ts';
import type { Parser, ParserEnvironment, ParserType } from './parser.ts';
import { ParserRegistry } from './registry.ts';
import { snort } from './snort.ts';
import { squid } from './squid.ts';
import { suricata } from './suricata.ts';
import { syslog3164 } from './syslog3164.ts';
import { syslog5424 } from './syslog5424.ts';
import { yaf } from './yaf.ts';
import { bro, zeek } from './zeek.ts';

export const builtInParsers: readonly ParserType[] = [
  asa,
  bro,
  csv,
  grok,
  jsonMap,
  snort,
  squid,
  suricata,
  syslog3164,
  syslog5424,
  yaf,
  zeek,
];

/** The parsers of this thread: the built-in ones, and those that plug-ins add. */
export const parserRegistry = new ParserRegistry(builtInParsers);

/**
 * Builds a parser that is built in or that a plug-in added. `className` is what `parserClassName` says: a class name of Metron or a short name. Throws
 * `ParserConfigError` when there is none or `parserConfig` is wrong.
 */
export function createParser(
  className: string,
  parserConfig: Readonly<Record<string, unknown>>,
  environment: ParserEnvironment,
): Parser {
  return parserRegistry.create(className, parserConfig, environment);
}
