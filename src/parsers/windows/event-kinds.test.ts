import { describe, expect, it } from 'vitest';
import { createParser } from '../builtin.ts';
import { windowsSamples } from './windows-event.samples.ts';

/** What one parser makes of records, one after the other. */
function readAll(texts: readonly string[]): string[] {
  const outcomes: string[] = [];
  const parser = createParser('windows-event', {}, { now: () => 0, timeZone: 'UTC', readFile: () => '' });
  for (const text of texts)
    parser.parse(text, {
      emit: (message) => void outcomes.push(JSON.stringify(message)),
      reject: (line) => void outcomes.push(`rejected ${line}`),
      fail: (error) => void outcomes.push(error.message),
      skip: (line) => void outcomes.push(`skipped ${line}`),
    });
  return outcomes;
}

const anew = (text: string): string[] => readAll([text]);
const again = (known: string, text: string): string[] =>
  readAll([known, text, text]).slice(anew(known).length + anew(text).length);

const event = windowsSamples[0]!;
const changes: [string, string, string][] = [
  ['another time', '08:12:44', '09:00:00'],
  ['a time that is none', '2026-03-09T08', 'never'],
  ['another user', '>maria<', '>björn \u{1f600}<'],
  ['references', '>maria<', '>a&amp;b &lt;c&gt; &#x41;<'],
  ['a value that is empty', '>maria<', '><'],
  ['an element that closes itself', "'TargetUserName'>maria</Data>", "'TargetUserName'/>"],
  ['CDATA', '>maria<', '><![CDATA[a<b]]><'],
  ['a comment', '>maria<', '>ma<!-- x -->ria<'],
  ['another number', '<EventID>4624<', '<EventID>4625<'],
  ['another provider', 'Microsoft-Windows-Security-Auditing', 'Other'],
  ['another level', '<Level>0<', '<Level>2<'],
  ['no keywords', '<Keywords>0x8020000000000000<', '<Keywords><'],
  [
    'one more element',
    "<Data Name='TargetUserName'>",
    "<Data Name='More'>x</Data><Data Name='TargetUserName'>",
  ],
  ['an unnamed value', "<Data Name='TargetUserName'>", '<Data>'],
  ['blanks between elements', '</Data><Data', '</Data>\n  <Data'],
  [
    'another quotation mark',
    "SystemTime='2026-03-09T08:12:44.1234567Z'",
    'SystemTime="2026-03-09T08:12:44.1Z"',
  ],
  ['a quotation mark in an attribute', "ProcessID='712'", `ProcessID='7"2'`],
  ['blanks around a rendered text', '>Logon<', '> Logon <'],
  ['another keyword', '>Audit Success<', '>Audit Failure<'],
  ['no end', '</Event>', ''],
  ['a broken tag', '</EventData>', '</EventData'],
  ['two events', '</Event>', `</Event>${event}`],
];

describe('Windows events of a kind that came before', () => {
  it.each(changes)('are read as anew: %s', (_what, part, other) => {
    const text = event.replace(part, () => other);
    expect(text).not.toBe(event);
    expect(again(event, text)).toEqual(anew(text));
  });

  it.each(windowsSamples.map((sample, i) => [i, sample] as const))('sample %i', (_i, sample) => {
    expect(again(sample, sample)).toEqual(anew(sample));
    const text = sample.replaceAll(/>([^<>]{2,})</g, (_all, value: string) => `>${value}1&amp;<`);
    expect(again(sample, text)).toEqual(anew(text));
  });
});
