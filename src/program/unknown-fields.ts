/**
 * Names in expressions that no message of their sensor can have. Told only of sensors whose parser knows all its fields beforehand (columns, the
 * captures of a pattern) and whose records bring nothing else along: then what no stage adds is never there.
 */
import {
  type JsonPath,
  parseStellarGroups,
  type SensorConfig,
  type SensorParserConfig,
  type Snapshot,
  sensorConfig,
  type UnknownField,
} from '../config/index.ts';
import { createParser, type Parser } from '../parsers/index.ts';
import { readPatternFile, stellarRegistry } from '../pipeline/index.ts';
import { lint } from '../stellar/index.ts';
import { builtInTransformations } from '../transforms/index.ts';
import { isTypo } from './field-typos.ts';

/** What the pipeline gives every message, sooner or later. */
const ofPipeline: readonly string[] = [
  'timestamp',
  'original_string',
  'original_bytes',
  'source.type',
  'guid',
  'is_alert',
  'enrichment_errors',
];
/** Under these look-ups, triage and timing write. */
const ofStages = /^(?:enrichments|threatintels|threat|adapter|parallelenricher)[.:]/;

interface Written {
  readonly file: string;
  readonly path: JsonPath;
  readonly expression: string;
}

/** Problems are asked for several times while a configuration holds. */
const told = new WeakMap<Snapshot, readonly UnknownField[]>();

export function unknownFields(snapshot: Snapshot): readonly UnknownField[] {
  let found = told.get(snapshot);
  if (found === undefined) {
    found = [...snapshot.parsers.keys()].flatMap((sensor) =>
      ofSensor(snapshot, sensorConfig(snapshot, sensor)),
    );
    told.set(snapshot, found);
  }
  return found;
}

function ofSensor(snapshot: Snapshot, config: SensorConfig): readonly UnknownField[] {
  const { sensor, parser, enrichment } = config;
  if (parser === null || !bringsNothingElse(parser)) return [];
  const stages = [enrichment.enrichment, enrichment.threatIntel];
  const targets = stages.flatMap(stellarStatements).flatMap(({ target }) => target ?? []);
  const added = parser.fieldTransformations.map(addedBy);
  // A transformation of a plug-in may add anything.
  if (added.includes(null)) return [];
  const known = new Set([
    ...ofPipeline,
    ...added.flatMap((names) => names ?? []),
    ...targets,
    // Expressions see settings as well.
    ...[
      parser.parserConfig,
      enrichment.configuration,
      snapshot.global,
      ...stages.map((stage) => stage.config),
    ].flatMap((settings) => Object.keys(settings)),
  ]);
  const isKnown = (name: string): boolean =>
    known.has(name) ||
    ofStages.test(name) ||
    // A map that a statement gives becomes a field for each of its entries.
    targets.some((target) => name.startsWith(`${target}.`)) ||
    // Told already, with what was probably meant.
    isTypo(name);
  const expressions = [...ofParser(sensor, parser), ...ofEnrichment(config)];
  const unknown = (fields: ReadonlySet<string>) =>
    expressions.flatMap(({ file, path, expression }) =>
      lint(expression, stellarRegistry(), { fields })
        .filter(({ code, span }) => code === 'SKP_LINT_UNKNOWN_FIELD' && !isKnown(nameAt(expression, span)))
        .map(({ message, fixes }) => ({ file, path, message, fixes })),
    );
  // The parser is made only when there is a name to ask it for.
  if (unknown(known).length === 0) return [];
  const fields = parserOf(snapshot, parser)?.messageFields;
  if (fields === undefined) return [];
  return unknown(new Set([...known, ...fields])).map(({ fixes, ...rest }) => ({
    ...rest,
    hint:
      fixes[0]?.text ??
      `Its parser gives ${fields.slice(0, 12).join(', ')}${fields.length > 12 ? ', …' : '.'}`,
  }));
}

/** Whether messages have nothing but what their parser gives: no metadata of records. */
function bringsNothingElse(parser: SensorParserConfig): boolean {
  return parser.rawMessageStrategy === 'DEFAULT' && !parser.readMetadata && !parser.mergeMetadata;
}

function nameAt(expression: string, span: { readonly offset: number; readonly end: number }): string {
  return expression.slice(span.offset, span.end);
}

function parserOf(snapshot: Snapshot, parser: SensorParserConfig): Parser | undefined {
  try {
    return createParser(parser.parserClassName, parser.parserConfig, {
      now: () => Date.now(),
      timeZone: 'UTC',
      readFile: (file) => readPatternFile(snapshot.folder, file),
    });
  } catch {
    // A parser that cannot be made is told when it is to run.
    return undefined;
  }
}

type Transformation = SensorParserConfig['fieldTransformations'][number];

/** Fields that a transformation may add; null when nobody knows. */
function addedBy({ transformation, input, output, config = {} }: Transformation): readonly string[] | null {
  const type = builtInTransformations.find(
    ({ name, classNames }) => name === transformation || classNames.includes(transformation),
  );
  if (type === undefined) return null;
  const written = [output ?? input ?? []].flat();
  // Statements see what those before them gave, whether it is kept or not.
  if (type.name === 'STELLAR') return [...written, ...Object.keys(config)];
  return type.name === 'RENAME' ? [...written, ...Object.values(config).map(String)] : written;
}

function ofParser(sensor: string, { parserConfig, fieldTransformations }: SensorParserConfig): Written[] {
  const file = `parsers/${sensor}.json`;
  const all: { path: JsonPath; expression: unknown }[] = [
    { path: ['parserConfig', 'filter.query'], expression: parserConfig['filter.query'] },
    ...fieldTransformations.flatMap(({ transformation, config = {} }, index) => {
      const isStellar = /^STELLAR$|StellarTransformation$/.test(transformation);
      return Object.entries(config)
        .filter(
          ([name]) =>
            isStellar || (name === 'condition' && /^REMOVE$|RemoveTransformation$/.test(transformation)),
        )
        .map(([name, expression]) => ({ path: ['fieldTransformations', index, 'config', name], expression }));
    }),
  ];
  return all.flatMap(({ path, expression }) =>
    typeof expression === 'string' ? [{ file, path, expression }] : [],
  );
}

function ofEnrichment({ sensor, enrichment }: SensorConfig): Written[] {
  const file = `enrichments/${sensor}.json`;
  const statements = (['enrichment', 'threatIntel'] as const).flatMap((stage) =>
    stellarStatements(enrichment[stage]).map(({ adapter, group, target, expression }) => ({
      file,
      path: [
        stage,
        'fieldMap',
        adapter,
        ...(group === '' ? [] : [group]),
        ...(target === null ? [] : [target]),
      ],
      expression,
    })),
  );
  const rules = enrichment.threatIntel.triageConfig.riskLevelRules.flatMap((rule, index) =>
    [
      ['rule', rule.rule],
      ['score', rule.scoreExpression],
      ['reason', rule.reason ?? ''],
    ].map(([name = '', expression = '']) => ({
      file,
      path: ['threatIntel', 'triageConfig', 'riskLevelRules', index, name],
      expression,
    })),
  );
  return [...statements, ...rules];
}

function stellarStatements({ fieldMap }: SensorConfig['enrichment']['enrichment']) {
  return Object.entries(fieldMap).flatMap(([adapter, form]) =>
    'config' in form
      ? parseStellarGroups(form.config).flatMap(({ group, statements }) =>
          statements.map((statement) => ({ adapter, group, ...statement })),
        )
      : [],
  );
}
