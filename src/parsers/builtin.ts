/** The parsers that come with Skopos. A parser is one file and one line here. */
import { asa } from './asa.ts';
import { cef } from './cef.ts';
import { csv } from './csv.ts';
import { fireEye } from './fireeye.ts';
import { grok } from './grok.ts';
import { ise } from './ise.ts';
import { jsonMap } from './jsonmap.ts';
import { lancope } from './lancope.ts';
import { leef } from './leef.ts';
import { logstash } from './logstash.ts';
import { paloAlto } from './paloalto.ts';
import type { Parser, ParserEnvironment, ParserType } from './parser.ts';
import { ParserRegistry } from './registry.ts';
import { regularExpressions } from './regular-expressions.ts';
import { documentedParsers } from './shared/documented-parsers.ts';
import { snort } from './snort.ts';
import { sourcefire } from './sourcefire.ts';
import { squid } from './squid.ts';
import { suricata } from './suricata.ts';
import { syslog3164 } from './syslog3164.ts';
import { syslog5424 } from './syslog5424.ts';
import { webSphere } from './websphere.ts';
import { yaf } from './yaf.ts';
import { bro, zeek } from './zeek.ts';

export const builtInParsers: readonly ParserType[] = [
  asa,
  bro,
  cef,
  csv,
  fireEye,
  grok,
  ise,
  jsonMap,
  lancope,
  leef,
  logstash,
  paloAlto,
  regularExpressions,
  snort,
  sourcefire,
  squid,
  suricata,
  syslog3164,
  syslog5424,
  webSphere,
  yaf,
  zeek,
  ...documentedParsers.map(({ parser }) => parser),
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
