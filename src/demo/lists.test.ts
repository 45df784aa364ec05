import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { hosts, knownPaths } from './company.ts';
import { lists, lookAlikes } from './lists.ts';
import { campaigns } from './outside.ts';
import { demoFolder } from './testing/pipeline.ts';

describe('the lists of the demo', () => {
  // After a change of the company: vitest run src/demo/lists.test.ts -u
  it.each(lists)('$file is what the company has', async ({ file, csv }) => {
    await expect(csv()).toMatchFileSnapshot(path.join(demoFolder, 'lists', file));
  });

  it('holds each look-alike domain that is played', () => {
    const candidates = ['fjordlight.example', 'nordquay.example', 'harbourbank.example'].flatMap((domain) =>
      lookAlikes(domain).map(([candidate]) => candidate),
    );
    for (const { phishing } of campaigns) expect(candidates).toContain(phishing.domain);
  });

  it('never takes a domain for its own look-alike', () => {
    expect(lookAlikes('ballroom.example').map(([candidate]) => candidate)).not.toContain('ballroom.example');
  });

  it('has forty hosts and more, each with an address and a name of its own', () => {
    expect(hosts.length).toBeGreaterThan(40);
    expect(new Set(hosts.map((host) => host.ip)).size).toBe(hosts.length);
    expect(new Set(hosts.map((host) => host.name)).size).toBe(hosts.length);
  });

  it('knows no path from the jump host to a server that the attacker goes to', () => {
    const known = knownPaths()
      .filter(({ from }) => from.name === 'jump01')
      .map(({ to }) => to.name);
    for (const name of ['file01', 'dc01', 'dc02', 'db01', 'plm01', 'erp01', 'backup01'])
      expect(known).not.toContain(name);
  });
});
