import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');

/** What each folder of src/ may import, besides `errors.ts` and `version.ts`. Arrows point one way. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  files: [],
  'data-folder': [],
  lmdb: [],
  sketches: [],
  windows: [],
  stellar: ['sketches', 'windows'],
  config: [],
  parsers: [],
  metrics: [],
  bus: ['lmdb'],
  store: ['lmdb'],
  index: [],
  'config-versions': ['bus', 'config', 'files'],
  engines: ['bus', 'config', 'config-versions', 'index', 'store'],
  ingest: ['bus', 'config', 'files', 'parsers'],
  enrichments: ['config', 'stellar'],
  shell: ['stellar'],
  triage: ['stellar'],
  transforms: ['config', 'parsers', 'stellar'],
  capabilities: ['parsers', 'stellar'],
  plugins: ['bus', 'engines', 'index', 'parsers', 'stellar', 'store'],
  management: ['bus', 'capabilities', 'config', 'files', 'parsers', 'pipeline', 'stellar', 'triage'],
  pipeline: [
    'capabilities',
    'plugins',
    'transforms',
    'bus',
    'config',
    'engines',
    'enrichments',
    'index',
    'metrics',
    'parsers',
    'stellar',
    'store',
    'triage',
  ],
  migrate: ['bus', 'files', 'index', 'pipeline', 'store'],
  zookeeper: [],
  metron: ['config', 'files', 'parsers', 'pipeline', 'zookeeper'],
  workbench: ['config', 'files', 'ingest', 'parsers', 'pipeline', 'stellar', 'transforms'],
  security: ['store'],
  api: ['index', 'metrics', 'security'],
  program: [
    'plugins',
    'api',
    'bus',
    'config',
    'config-versions',
    'data-folder',
    'engines',
    'enrichments',
    'index',
    'ingest',
    'metrics',
    'parsers',
    'pipeline',
    'security',
    'stellar',
    'store',
    'transforms',
    'workbench',
  ],
  loaders: ['store'],
  demo: ['loaders', 'store'],
  cli: [
    'management',
    'metron',
    'plugins',
    'api',
    'bus',
    'config',
    'config-versions',
    'data-folder',
    'demo',
    'engines',
    'enrichments',
    'files',
    'index',
    'ingest',
    'loaders',
    'metrics',
    'migrate',
    'parsers',
    'pipeline',
    'program',
    'security',
    'stellar',
    'store',
    'triage',
    'shell',
    'workbench',
    'zookeeper',
  ],
};

interface Import {
  readonly from: string;
  readonly to: string;
}

function importsOf(file: string): readonly Import[] {
  const text = readFileSync(path.join(root, file), 'utf8');
  const found: Import[] = [];
  for (const match of text.matchAll(
    /(?:^|\n)\s*(?:import|export)\b[^'"`;]*?from\s+'(\.[^']+)'|import\(\s*'(\.[^']+)'\s*\)/g,
  )) {
    const target = match[1] ?? match[2]!;
    found.push({ from: file, to: path.relative(root, path.resolve(root, path.dirname(file), target)) });
  }
  return found;
}

const folderOf = (file: string): string | undefined =>
  /^src\/([^/]+)\//.exec(file.replaceAll(path.sep, '/'))?.[1];

const files = globSync('src/**/*.ts', { cwd: root });
// Tests and suites may reach wider; what runs in the product may not.
const product = files.filter(
  (file) => !/\.test\.ts$|conformance|\/testing\/|testing\.ts$|vectors\.ts$/.test(file),
);

describe('the folders of src/', () => {
  it('are all on the map of arrows', () => {
    const folders = new Set(files.map(folderOf).filter((one) => one !== undefined));
    expect([...folders].filter((folder) => arrows[folder] === undefined)).toEqual([]);
  });

  it('import only those that the map allows', () => {
    const wrong = product.flatMap(importsOf).filter(({ from, to }) => {
      const source = folderOf(from);
      const target = folderOf(to);
      if (source === undefined || target === undefined || source === target) return false;
      return !arrows[source]?.includes(target);
    });
    expect(wrong.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
  });

  it('are entered by their index.ts alone', () => {
    const wrong = product.flatMap(importsOf).filter(({ from, to }) => {
      const target = folderOf(to);
      // The wire contract is types alone, for the pages too: a whole folder behind a door is more than they can read.
      if (from === 'src/api/contract.ts' && to === 'src/index/event-index.ts') return false;
      // For threads that are handed the configuration: without the schemas.
      if (to === 'src/config/snapshot.ts') return false;
      return target !== undefined && target !== folderOf(from) && !/^src\/[^/]+\/index\.ts$/.test(to);
    });
    expect(wrong.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
  });

  it('have arrows without a circle', () => {
    const visit = (folder: string, way: readonly string[]): void => {
      expect(way, `circle: ${[...way, folder].join(' → ')}`).not.toContain(folder);
      for (const next of arrows[folder] ?? []) visit(next, [...way, folder]);
    };
    for (const folder of Object.keys(arrows)) visit(folder, []);
  });
});
