import { describe, expect, it } from 'vitest';
import { viewer } from './testing/viewer.ts';

const { get, post } = viewer();

describe('the routes of Grok', () => {
  it('list the patterns by name', async () => {
    const patterns = (await get('/api/v1/grok/list')).json();
    expect(patterns).toMatchObject({ WORD: '\\b\\w+\\b', IP: expect.any(String) });
  });

  it('give the text of a pattern file, and of no other file', async () => {
    expect((await get('/api/v1/grok/get/statement?path=/patterns/squid')).body).toContain('SQUID_DELIMITED');
    for (const path of ['/etc/passwd', 'global.json', 'patterns/../global.json', 'patterns/..']) {
      const answer = await get(`/api/v1/grok/get/statement?path=${encodeURIComponent(path)}`);
      expect([path, answer.statusCode]).toEqual([path, 400]);
    }
  });

  it("validate a statement with a sample, as Metron's does", async () => {
    const answer = await post('/api/v1/grok/validate', {
      statement: 'LOGIN %{IP:ip_src_addr} %{WORD:user}',
      patternLabel: 'LOGIN',
      sampleData: '10.0.0.1 bob',
    });
    expect(answer.json()).toMatchObject({
      patternLabel: 'LOGIN',
      results: { ip_src_addr: '10.0.0.1', user: 'bob' },
    });
  });

  it('say what is wrong with a pattern, and that a sample does not fit', async () => {
    const wrong = await post('/api/v1/grok/explain', { pattern: '%{WROD:x}', line: 'a' });
    expect(wrong.statusCode).toBe(400);
    expect(wrong.json()).toMatchObject({ code: 'SKP_PARSER_CONFIG', hint: 'Did you mean WORD?' });
    const unfit = await post('/api/v1/grok/validate', {
      statement: 'N %{INT:n}',
      patternLabel: 'N',
      sampleData: 'x',
    });
    expect(unfit.statusCode).toBe(400);
  });

  it('explain how far a line fits', async () => {
    const answer = await post('/api/v1/grok/explain', { pattern: '%{IP:ip} %{INT:n}', line: '10.0.0.1 x' });
    expect(answer.json()).toMatchObject({
      matches: false,
      end: 9,
      failing: '%{INT:n}',
      captured: { ip: '10.0.0.1' },
    });
  });

  it('propose a pattern for lines', async () => {
    const answer = await post('/api/v1/grok/propose', { lines: ['user=bob', 'user=eve'] });
    expect(answer.json()).toEqual({ pattern: 'user=%{USERNAME:user}', whole: true });
  });
});
