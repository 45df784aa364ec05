/** Checks of meaning for parsers, indexing, listeners and the global file. */
import { distance } from 'fastest-levenshtein';
import { type FieldValidation, type GlobalConfig, globalKeyNames } from './global.ts';
import type { Inspection } from './inspection.ts';
import type { ListenerConfig } from './listeners.ts';
import type { SensorIndexingConfig } from './sensor-indexing.ts';
import { type SensorParserConfig, stormOnlyKeys } from './sensor-parser.ts';

const transformations: readonly string[] = [
  'STELLAR',
  'REMOVE',
  'SELECT',
  'RENAME',
  'IP_PROTOCOL',
  'REGEX_SELECT',
];
const validations: readonly string[] = [
  'STELLAR',
  'IP',
  'DOMAIN',
  'EMAIL',
  'URL',
  'DATE',
  'INTEGER',
  'REGEX_MATCH',
  'NOT_EMPTY',
];
const filters: readonly string[] = ['STELLAR', 'BRO', 'DEFAULT'];

export function inspectParser(
  inspection: Inspection,
  written: Readonly<Record<string, unknown>>,
  config: SensorParserConfig,
): void {
  const { parserClassNames } = inspection.checks;
  if (parserClassNames !== undefined) {
    inspection.oneOf(
      'SKP_CONFIG_PARSER',
      ['parserClassName'],
      'the name of a parser',
      config.parserClassName,
      parserClassNames,
    );
  }
  if (
    config.rawMessageStrategy === 'ENVELOPE' &&
    config.rawMessageStrategyConfig.messageField === undefined
  ) {
    inspection.error(
      'SKP_CONFIG_MISSING',
      ['rawMessageStrategyConfig', 'messageField'],
      'expected the name of the field that holds the raw message, found nothing',
      'ENVELOPE needs "rawMessageStrategyConfig": {"messageField": "…"}.',
    );
  }
  inspectParserOptions(inspection, config);
  const filter = config.filterClassName ?? '';
  // A name with a dot is a class of the user's own, which only the parser stage can judge.
  if (filter !== '' && !filter.includes('.'))
    inspection.oneOf('SKP_CONFIG_VALUE', ['filterClassName'], 'a filter', filter, filters);
  if (filter === 'STELLAR')
    inspection.expression(['parserConfig', 'filter.query'], config.parserConfig['filter.query'], {
      predicate: true,
    });

  for (const [index, transformation] of config.fieldTransformations.entries()) {
    const path = ['fieldTransformations', index];
    const name = transformation.transformation;
    if (!name.includes('.'))
      inspection.oneOf(
        'SKP_CONFIG_VALUE',
        [...path, 'transformation'],
        'a transformation',
        name,
        transformations,
      );
    const settings = transformation.config ?? {};
    if (name === 'STELLAR') {
      for (const [field, expression] of Object.entries(settings)) {
        if (expression === null || typeof expression === 'string')
          inspection.expression([...path, 'config', field], expression);
        else
          inspection.error(
            'SKP_CONFIG_TYPE',
            [...path, 'config', field],
            'expected a Stellar expression (a text)',
          );
      }
    }
    if (name === 'REMOVE')
      inspection.expression([...path, 'config', 'condition'], settings['condition'], { predicate: true });
  }

  const idle = stormOnlyKeys.filter((key) => Object.hasOwn(written, key));
  if (idle.length > 0) {
    inspection.warn(
      'SKP_CONFIG_NO_EFFECT',
      [idle[0]!],
      `accepted, but without effect here: ${idle.join(', ')}`,
      'Remove what you do not need for another system.',
    );
  }
}

function inspectParserOptions(inspection: Inspection, config: SensorParserConfig): void {
  const check = inspection.checks.parserConfigCheck;
  if (check === undefined) return;
  const expressions = [
    config.parserConfig['filter.query'],
    ...config.fieldTransformations.flatMap((transformation) => Object.values(transformation.config ?? {})),
  ].filter((expression) => typeof expression === 'string');
  const isUsed = (name: string): boolean => expressions.some((expression) => expression.includes(name));
  for (const { severity, key, message, hint } of check(config.parserClassName, config.parserConfig, isUsed)) {
    const path = ['parserConfig', key];
    if (severity === 'error') inspection.error('SKP_CONFIG_VALUE', path, message, hint);
    else inspection.warn('SKP_CONFIG_NO_EFFECT', path, message, hint ?? 'Remove it.');
  }
}

export function inspectIndexing(inspection: Inspection, config: SensorIndexingConfig): void {
  inspection.expression(['hdfs', 'outputPathFunction'], config.hdfs?.outputPathFunction);
  const converter = config.elasticsearch?.fieldNameConverter ?? 'DEDOT';
  if (!/^(DEDOT|NOOP)$/i.test(converter)) {
    inspection.warn(
      'SKP_CONFIG_VALUE',
      ['elasticsearch', 'fieldNameConverter'],
      `${JSON.stringify(converter)} is unknown, and DEDOT is used`,
      'Write "DEDOT" or "NOOP".',
    );
  }
}

export function inspectListeners(inspection: Inspection, listeners: readonly ListenerConfig[]): void {
  const names = new Map<string, number>();
  for (const [index, listener] of listeners.entries()) {
    const first = names.get(listener.name);
    if (first === undefined) names.set(listener.name, index);
    else
      inspection.error(
        'SKP_CONFIG_DUPLICATE',
        [index, 'name'],
        `the name of listener [${first}] again`,
        'Give each listener a name of its own.',
      );
    if (listener.type !== 'syslog') continue;
    const files = ['certFile', 'keyFile', 'caFile'] as const;
    if (listener.transport === 'tls') {
      for (const key of listener.requestClientCertificate ? files : files.slice(0, 2)) {
        if (listener[key] === undefined)
          inspection.error(
            'SKP_CONFIG_MISSING',
            [index, key],
            'expected the path of a PEM file, found nothing',
            `Add ${JSON.stringify(key)}: TLS needs it.`,
          );
      }
    } else {
      for (const key of files) {
        if (listener[key] !== undefined)
          inspection.warn(
            'SKP_CONFIG_NO_EFFECT',
            [index, key],
            `${key} has no effect over ${listener.transport}`,
            'Set "transport" to "tls".',
          );
      }
    }
  }
  const ports = new Map<string, number>();
  for (const [index, listener] of listeners.entries()) {
    if (listener.type === 'tail' || !listener.enabled || listener.port === undefined || listener.port === 0)
      continue;
    const protocol = listener.type === 'syslog' && listener.transport === 'udp' ? 'udp' : 'tcp';
    const address = `${protocol} ${listener.host ?? '127.0.0.1'}:${listener.port}`;
    const first = ports.get(address);
    if (first === undefined) ports.set(address, index);
    else
      inspection.error(
        'SKP_CONFIG_DUPLICATE',
        [index, 'port'],
        `${address} is taken by listener [${first}] already`,
        'Choose another port.',
      );
  }
}

export function inspectGlobal(inspection: Inspection, config: GlobalConfig): void {
  for (const key of Object.keys(config)) {
    if (globalKeyNames.includes(key) || key.length < 4) continue;
    const near = globalKeyNames.find(
      (known) => Math.abs(known.length - key.length) <= 2 && distance(known, key) <= 2,
    );
    if (near === undefined) continue;
    inspection.warn(
      'SKP_CONFIG_UNKNOWN_KEY',
      [key],
      `the key ${JSON.stringify(key)} has no meaning but that of a Stellar variable`,
      `Did you mean ${JSON.stringify(near)}?`,
    );
  }
  for (const [index, validation] of (config.fieldValidations ?? []).entries())
    inspectValidation(inspection, index, validation);
}

const neededSetting: ReadonlyMap<string, string> = new Map([
  ['STELLAR', 'condition'],
  ['DATE', 'format'],
  ['REGEX_MATCH', 'pattern'],
]);

function inspectValidation(
  inspection: Inspection,
  index: number,
  { validation, config = {} }: FieldValidation,
): void {
  const path = ['fieldValidations', index];
  if (!validation.includes('.'))
    inspection.oneOf('SKP_CONFIG_VALUE', [...path, 'validation'], 'a validation', validation, validations);
  const needed = neededSetting.get(validation);
  if (needed !== undefined && typeof config[needed] !== 'string') {
    inspection.error(
      'SKP_CONFIG_MISSING',
      [...path, 'config', needed],
      `expected a text, which ${validation} needs`,
      `Add "config": {"${needed}": "…"}.`,
    );
  }
  if (validation === 'STELLAR')
    inspection.expression([...path, 'config', 'condition'], config['condition'], { predicate: true });
}
