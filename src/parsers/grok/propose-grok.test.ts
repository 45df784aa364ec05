import { describe, expect, it } from 'vitest';
import { builtInPatterns } from '../patterns/index.ts';
import { readDictionary } from './dictionary.ts';
import { compileGrok } from './grok.ts';
import { proposeGrok } from './propose-grok.ts';

const dictionary = readDictionary(builtInPatterns.get('/patterns/common') ?? '');

function capturesOf(pattern: string, line: string): unknown {
  return compileGrok(`^${pattern}$`, dictionary, { dialect: 'logstash' }).match(line);
}

describe('a proposed Grok pattern', () => {
  it('keeps the words that are the same and captures what differs', () => {
    const lines = [
      'Jan  3 10:00:01 web1 sshd[411]: Failed password for root from 10.0.0.1 port 4022 ssh2',
      'Jan 13 10:00:09 web2 sshd[9]: Failed password for alice from 10.0.0.77 port 60001 ssh2',
    ];
    const { pattern, whole } = proposeGrok(lines, dictionary);
    expect(whole).toBe(true);
    expect(pattern).toBe(
      '%{SYSLOGTIMESTAMP:time} %{USERNAME:word} sshd\\[%{INT:number}\\]: Failed password for %{USERNAME:word_2} from %{IP:ip} port %{INT:port} %{USERNAME:word_3}',
    );
    expect(capturesOf(pattern, lines[1] ?? '')).toMatchObject({ port: '60001', ip: '10.0.0.77' });
  });

  it('names values by their keys', () => {
    const { pattern } = proposeGrok(
      ['user=bob action=login ip=::1', 'user=eve action=logout ip=10.1.1.1'],
      dictionary,
    );
    expect(pattern).toBe('user=%{USERNAME:user} action=%{USERNAME:action} ip=%{IP:ip}');
  });

  it('takes the ends as one piece from where the lines differ in their build', () => {
    const lines = ['2026-01-02T03:04:05Z app started (pid 12)', '2026-01-02T03:04:06Z app stopped'];
    const { pattern, whole } = proposeGrok(lines, dictionary);
    expect(whole).toBe(false);
    expect(pattern).toMatch(/^%\{TIMESTAMP_ISO8601:time\} app %\{.*GREEDYDATA:message\}$/);
    for (const line of lines) expect(capturesOf(pattern, line)).not.toBeNull();
  });

  it('escapes what is special in expressions', () => {
    const line = 'a+b (c) [d] {e} $f ^g | 1?';
    const { pattern } = proposeGrok([line], dictionary);
    expect(capturesOf(pattern, line)).not.toBeNull();
  });

  it('falls back on one capture for lines that have nothing in common', () => {
    expect(proposeGrok(['{"a":1}', '<14>x'], dictionary).pattern).toBe('%{GREEDYDATA:message}');
  });

  it('refuses to propose for nothing', () => {
    expect(() => proposeGrok([' '], dictionary)).toThrow('a line at least');
  });
});
