import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadCluster } from '../src/engines/index.ts';
import { createMetrics } from '../src/metrics/index.ts';

const root = path.join(import.meta.dirname, '..');
const folder = path.join(root, 'deploy');
const read = (file: string): string => readFileSync(path.join(folder, file), 'utf8');

function has(command: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;
}

/** Names of metrics that the program has, as Prometheus shows them. */
async function metricNames(): Promise<ReadonlySet<string>> {
  const { registry, received, seconds, lag, dropped, errors, sent, configuration } = createMetrics();
  received('source', 'a', 's', 1, 1);
  sent('sink', 'index', '', 1);
  dropped('source', 'a', 's', 'r', 1);
  errors('stage', 'a', 's', 1);
  seconds('stage', 'pipeline', 1);
  lag('index', 't', 0, 1);
  configuration('p', 1, 1);
  const text = await registry.metrics();
  return new Set([...text.matchAll(/^([a-z_0-9]+)(?:\{| )/gm)].map(([, name]) => name!));
}

function namesIn(expression: string): string[] {
  return expression.match(/\bskopos_[a-z_0-9]+/g) ?? [];
}

interface Rules {
  readonly groups: readonly {
    readonly rules: readonly {
      readonly alert: string;
      readonly expr: string;
      readonly annotations: { readonly summary: string };
    }[];
  }[];
}

describe('the alert rules', () => {
  const { groups } = parse(read('monitoring/skopos.rules.yaml')) as Rules;
  const rules = groups.flatMap((group) => group.rules);

  it('ask for metrics that there are, and say what is the matter', async () => {
    const known = await metricNames();
    for (const { alert, expr, annotations } of rules) {
      for (const name of namesIn(expr)) expect([alert, name, known.has(name)]).toEqual([alert, name, true]);
      expect(annotations.summary).not.toBe('');
    }
  });

  it('have a threshold for each of what Skopos counts', async () => {
    const asked = new Set(rules.flatMap(({ expr }) => namesIn(expr).map(family)));
    const counted = [...(await metricNames())].map(family).filter((name) => !/_(process|nodejs)_/.test(name));
    // Bytes tell the same as events, and what was sent is judged by what waits.
    const implied = ['skopos_received_bytes_total'];
    expect(counted.filter((name) => !asked.has(name) && !implied.includes(name))).toEqual([]);
  });
});

/** A histogram is one metric. */
function family(name: string): string {
  return name.replace(/_(bucket|sum|count)$/, '');
}

describe('the dashboard', () => {
  const { panels } = JSON.parse(read('monitoring/grafana-dashboard.json')) as {
    panels: { title: string; targets: { expr: string }[] }[];
  };

  it('asks for metrics that there are', async () => {
    const known = await metricNames();
    for (const { title, targets } of panels) {
      for (const name of targets.flatMap(({ expr }) => namesIn(expr)))
        expect([title, name, known.has(name)]).toEqual([title, name, true]);
    }
  });
});

describe('the compose file', () => {
  const { services, volumes } = parse(read('compose/compose.yaml'), { merge: true }) as {
    services: Record<
      string,
      { image: string; command?: string[]; volumes?: string[]; depends_on?: Record<string, unknown> }
    >;
    volumes: Record<string, unknown>;
  };

  it('starts what it depends on, and declares the volumes that it uses', () => {
    for (const service of Object.values(services)) {
      for (const name of Object.keys(service.depends_on ?? {})) expect(Object.keys(services)).toContain(name);
      for (const volume of service.volumes ?? []) {
        const [source = ''] = volume.split(':');
        if (!source.startsWith('.')) expect(Object.keys(volumes)).toContain(source);
      }
    }
  });

  it('has all roles, each once', () => {
    const roles = Object.values(services).flatMap(({ command }) =>
      command === undefined ? [] : command[command.indexOf('--role') + 1]!.split(','),
    );
    expect(roles.sort()).toEqual(['api', 'index', 'ingest', 'work']);
  });

  it('names engines that there are', async () => {
    process.env['OPENSEARCH_PASSWORD'] = 'x';
    const { bus, index } = await loadCluster(path.join(folder, 'compose/config'));
    expect([bus.type, index.type]).toEqual(['kafka', 'opensearch']);
  });

  it('takes images at versions', () => {
    for (const { image } of Object.values(services)) expect(image).toMatch(/:(?!latest)[^:]+$/);
  });
});

describe.skipIf(!has('systemd-analyze'))('the unit files', () => {
  it.each(['skopos.service', 'skopos@.service'])('%s is understood by systemd', (file) => {
    const { stdout, stderr } = spawnSync('systemd-analyze', ['verify', path.join(folder, 'systemd', file)], {
      encoding: 'utf8',
    });
    const complaints = `${stdout}${stderr}`
      .split('\n')
      // The program is not installed where this runs, and other units are not ours.
      .filter((line) => /^(.*\/)?skopos(@.*)?\.service/.test(line) && !/is not executable/.test(line));
    expect(complaints).toEqual([]);
  });
});

/** What a chart of this name renders with values: its objects. */
function render(...settings: string[]): {
  status: number | null;
  objects: KubernetesObject[];
  text: string;
  errors: string;
} {
  const { status, stdout, stderr } = spawnSync(
    'helm',
    ['template', 'try', path.join(folder, 'helm/skopos'), '--namespace', 'try', ...settings],
    { encoding: 'utf8' },
  );
  const objects = stdout
    .split(/^---$/m)
    .map((text) => parse(text) as KubernetesObject | null)
    .filter((object) => object !== null);
  return { status, objects, text: stdout, errors: stderr };
}

interface KubernetesObject {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: {
    readonly template?: {
      readonly spec?: { readonly containers?: readonly { readonly args?: readonly string[] }[] };
    };
  };
}

const production = [
  '--set-json',
  'cluster.bus={"type":"kafka","brokers":["a:9092","b:9092"]}',
  '--set-json',
  'cluster.index={"type":"opensearch","nodes":["https://search:9200"]}',
  '--set',
  'kafka.enabled=false,opensearch.enabled=false,ingress.enabled=true,ingress.className=nginx,ingress.tlsSecret=tls',
  '--set',
  'existingSecret=mine,monitoring.podMonitor=true,roles.work.replicas=6',
  '--set-file',
  `config.parsers/asa\\.json=${path.join(root, 'config/parsers/asa.json')}`,
];

describe.skipIf(!has('helm'))('the chart', () => {
  it('has nothing that helm warns of', () => {
    const { status, stdout } = spawnSync('helm', ['lint', '--strict', path.join(folder, 'helm/skopos')], {
      encoding: 'utf8',
    });
    expect([status, stdout.match(/\[(ERROR|WARNING)\].*/g)]).toEqual([0, null]);
  });

  it('brings Kafka and OpenSearch for trials', () => {
    const { status, objects } = render();
    expect(status).toBe(0);
    const sets = objects.filter(({ kind }) => kind === 'StatefulSet').map(({ metadata }) => metadata.name);
    expect(sets.sort()).toEqual(
      ['api', 'ingest', 'kafka', 'opensearch', 'work'].map((name) => `try-skopos-${name}`),
    );
    const cluster = clusterOf(objects);
    expect(cluster.bus).toMatchObject({ type: 'kafka', brokers: ['try-skopos-kafka:9092'] });
    expect(cluster.index).toMatchObject({
      type: 'opensearch',
      nodes: ['https://try-skopos-opensearch:9200'],
    });
  });

  it('writes a cluster.json that the program takes', async () => {
    process.env['OPENSEARCH_PASSWORD'] = 'x';
    const made = mkdtempSync(path.join(tmpdir(), 'skopos-chart-'));
    try {
      for (const settings of [[], production]) {
        writeFileSync(
          path.join(made, 'cluster.json'),
          JSON.stringify(clusterOf(render(...settings).objects)),
        );
        expect((await loadCluster(made)).index.type).toBe('opensearch');
      }
    } finally {
      rmSync(made, { recursive: true, force: true });
    }
  });

  it('names the engines of the values instead, and lays further files into the configuration folder', () => {
    const { status, objects, text } = render(...production);
    expect(status).toBe(0);
    expect(objects.filter(({ kind }) => kind === 'StatefulSet')).toHaveLength(3);
    expect(clusterOf(objects).bus).toMatchObject({ brokers: ['a:9092', 'b:9092'] });
    const config = objects.find(({ kind }) => kind === 'ConfigMap')!.data!;
    expect(config['parsers__asa.json']).toContain('parserClassName');
    expect(text).toContain('{ key: "parsers__asa.json", path: "parsers/asa.json" }');
    expect(objects.some(({ kind }) => kind === 'Secret')).toBe(false);
  });

  it('refuses values that say nothing, and engines that are not named', () => {
    expect(render('--set', 'kafka.enabled=false').errors).toContain('name your brokers in cluster.bus');
    expect(render('--set', 'roles.work.replica=3').errors).toMatch(
      /replica.*not allowed|additional properties/i,
    );
  });

  it.skipIf(!has('kubernetes-validate'))('renders objects that fit the schema of Kubernetes', () => {
    for (const settings of [[], production]) {
      // Those of operators have schemas of their own.
      const objects = render(...settings).objects.filter(({ kind }) => kind !== 'PodMonitor');
      expect(objects.length).toBeGreaterThan(8);
      const { status, stdout, stderr } = spawnSync('kubernetes-validate', ['--strict', '-'], {
        input: objects.map((object) => JSON.stringify(object)).join('\n---\n'),
        encoding: 'utf8',
      });
      expect([status, `${stdout}${stderr}`.match(/^.*(error|invalid).*$/gim)]).toEqual([0, null]);
    }
  });
});

function clusterOf(objects: readonly KubernetesObject[]): Record<string, unknown> {
  const config = objects.find(({ kind }) => kind === 'ConfigMap');
  return JSON.parse(config!.data!['cluster.json']!) as Record<string, unknown>;
}
