import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkConfig, defaultConfigFolder } from '../config/index.ts';
import { configChecks } from './checks.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'skopos-unknown-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const doors = {
  parserClassName: 'csv',
  parserConfig: { columns: ['timestamp', 'badge', 'door', 'floor'], site: 'Bonn' },
};

/** What is told of names, as `file path: message`, when these files are checked. */
async function told(files: Readonly<Record<string, unknown>>): Promise<string[]> {
  for (const [file, value] of Object.entries(files)) {
    const place = path.join(folder, file);
    await mkdir(path.dirname(place), { recursive: true });
    await writeFile(place, JSON.stringify(value));
  }
  const { problems } = await checkConfig(folder, { checks: configChecks, defaults: null });
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  return problems
    .filter(({ code, message }) => code === 'SKP_CONFIG_LINT' && message.includes('no field'))
    .map(({ file, path: at, message }) => `${file} ${at}: ${message}`);
}

const rule = (text: string) => ({
  threatIntel: { triageConfig: { riskLevelRules: [{ rule: text, score: 10 }] } },
});

describe('a field that no message of a sensor can have', () => {
  it('is told with its file and place, in rules, scores, statements, transformations and filters', async () => {
    expect(
      await told({
        'parsers/doors.json': {
          ...doors,
          filterClassName: 'STELLAR',
          parserConfig: { ...doors.parserConfig, 'filter.query': "building != 'x'" },
          fieldTransformations: [
            { transformation: 'STELLAR', output: ['place'], config: { place: 'TO_UPPER(room)' } },
            { transformation: 'REMOVE', input: 'door', config: { condition: 'exists(wing)' } },
          ],
        },
        'enrichments/doors.json': {
          enrichment: { fieldMap: { stellar: { config: { late: 'hour > 20' } } } },
          threatIntel: {
            triageConfig: {
              riskLevelRules: [{ rule: "gate == 'north'", score: 'weight * 2', reason: 'source:type' }],
            },
          },
        },
      }),
    ).toEqual([
      'parsers/doors.json parserConfig["filter.query"]: messages of this sensor have no field building: it is null',
      'parsers/doors.json fieldTransformations[0].config.place: messages of this sensor have no field room: it is null',
      'parsers/doors.json fieldTransformations[1].config.condition: messages of this sensor have no field wing: it is null',
      'enrichments/doors.json enrichment.fieldMap.stellar.late: messages of this sensor have no field hour: it is null',
      'enrichments/doors.json threatIntel.triageConfig.riskLevelRules[0].rule: messages of this sensor have no field gate: it is null',
      'enrichments/doors.json threatIntel.triageConfig.riskLevelRules[0].score: messages of this sensor have no field weight: it is null',
      'enrichments/doors.json threatIntel.triageConfig.riskLevelRules[0].reason: messages of this sensor have no field source:type: it is null',
    ]);
  });

  it('is told of Snort, of a Grok pattern, and of the sensors that are built on one', async () => {
    expect(
      await told({
        'parsers/snort.json': { parserClassName: 'snort', parserConfig: {} },
        'enrichments/snort.json': rule("badge == 'x' or sig_id == '1' or msg == 'y'"),
        'parsers/app.json': {
          parserClassName: 'grok',
          parserConfig: {
            grokStatement: 'APP %{WORD:level} %{NOTSPACE:service} %{IP:ip_src_addr}',
            patternLabel: 'APP',
          },
        },
        'enrichments/app.json': rule("level == 'x' and ip_src_addr == 'y' and badge == 'z'"),
        'parsers/squid.json': { parserClassName: 'squid', parserConfig: {} },
        'enrichments/squid.json': rule("code == 403 and method == 'GET' and badge == 'x'"),
      }),
    ).toHaveLength(3);
  });
});

describe('a field that a message may have', () => {
  it('is never told: what stages add, settings, parameters of lambdas, entries of maps', async () => {
    expect(
      await told({
        'global.json': { office: 'x' },
        'parsers/doors.json': {
          ...doors,
          fieldTransformations: [
            {
              transformation: 'STELLAR',
              output: ['place'],
              config: { spare: 'TO_UPPER(door)', place: 'JOIN([spare, site], floor)' },
            },
            { transformation: 'RENAME', config: { badge: 'user' } },
            { transformation: 'REGEX_SELECT', input: 'door', output: 'kind', config: { gate: 'g.*' } },
          ],
        },
        'enrichments/doors.json': {
          enrichment: {
            config: { limit: 5 },
            fieldMap: {
              geo: ['ip'],
              stellar: {
                config: {
                  group: ["facts := { 'a' : door }", 'both := LENGTH(facts) + limit'],
                  list: 'MAP([door], each -> TO_UPPER(each))',
                },
              },
            },
          },
          threatIntel: {
            config: { threshold: 3 },
            triageConfig: {
              riskLevelRules: [
                {
                  rule: 'exists(enrichments.geo.ip.country) or threshold > 2 or facts.a == user or exists(is_alert) or tag == kind',
                  score: 'both',
                  reason: 'JOIN([place, source.type, original_string, office, color], list)',
                },
              ],
            },
          },
          configuration: { color: 'red', tag: 'x' },
        },
      }),
    ).toEqual([]);
  });

  it('is never told of sensors whose records bring names of their own', async () => {
    const open = { ...doors, readMetadata: true };
    const envelope = {
      ...doors,
      rawMessageStrategy: 'ENVELOPE',
      rawMessageStrategyConfig: { messageField: 'data' },
    };
    const rules = rule('exists(whatever)');
    expect(
      await told({
        'parsers/a.json': { parserClassName: 'jsonmap', parserConfig: {} },
        'parsers/b.json': open,
        'parsers/c.json': envelope,
        'parsers/d.json': { parserClassName: 'zeek', parserConfig: {} },
        'parsers/e.json': { parserClassName: 'cef', parserConfig: {} },
        'parsers/f.json': {
          ...doors,
          fieldTransformations: [{ transformation: 'com.example.Own', output: ['x'] }],
        },
        'enrichments/a.json': rules,
        'enrichments/b.json': rules,
        'enrichments/c.json': rules,
        'enrichments/d.json': rules,
        'enrichments/e.json': rules,
        'enrichments/f.json': rules,
      }),
    ).toEqual([]);
  });

  it.each([null, ...['demo', 'chain-cisco-pix', 'plugins'].map((name) => `examples/${name}/config`)])(
    'is never told of the configurations that come with the program: %s',
    async (own) => {
      const root = path.join(import.meta.dirname, '../..');
      const { problems } = await checkConfig(own === null ? null : path.join(root, own), {
        checks: configChecks,
        defaults: defaultConfigFolder,
      });
      expect(problems.filter(({ message }) => message.includes('no field'))).toEqual([]);
    },
  );
});
