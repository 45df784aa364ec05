/** Message filters (`filterClassName`): which messages of a sensor go on. Settings stand in its `parserConfig`. */
import type { SensorParserConfig } from '../config/index.ts';
import { SkoposError } from '../errors.ts';
import type { Message } from '../parsers/index.ts';
import { type Named, NamedRegistry } from './named-registry.ts';
import type { TransformationServices } from './transformations.ts';

/** Whether a message goes on. */
export type Filter = (message: Message) => boolean;

/** A kind of filter as it stands in the registry: built-in ones and those of plug-ins alike. */
export interface FilterType extends Named {
  /** Null when everything goes on. Throws `SkoposError` when its settings cannot work. */
  create(config: SensorParserConfig, services: TransformationServices): Filter | null;
}

const package_ = 'org.apache.metron.parsers.filters.';

export const builtInFilters: readonly FilterType[] = [
  {
    name: 'STELLAR',
    classNames: [`${package_}StellarFilter`, 'StellarFilter'],
    description: 'Messages for which `filter.query` holds go on.',
    create: stellar,
  },
  {
    name: 'BRO',
    classNames: [`${package_}BroMessageFilter`, 'BroMessageFilter'],
    description: 'Messages of known protocols go on.',
    create: bro,
  },
  { name: 'DEFAULT', classNames: [], description: 'Everything goes on.', create: () => null },
];

export type FilterRegistry = NamedRegistry<FilterType>;

/** The built-in filters and, behind them, those of plug-ins. */
export function filterRegistry(more: Iterable<FilterType> = []): FilterRegistry {
  return new NamedRegistry('filter', 'SKP_FILTER', [...builtInFilters, ...more]);
}

/** Null when everything goes on. Throws `SkoposError` for a filter that does not exist, and what a broken query throws. */
export function createFilter(
  config: SensorParserConfig,
  services: TransformationServices,
  registry: FilterRegistry = filterRegistry(),
): Filter | null {
  const name = config.filterClassName?.trim() ?? '';
  return name === '' ? null : registry.get(name).create(config, services);
}

function stellar({ parserConfig }: SensorParserConfig, services: TransformationServices): Filter | null {
  const query = parserConfig['filter.query'];
  if (typeof query !== 'string' || query.trim() === '') return null;
  const predicate = services.compile(query);
  if (predicate.isAsync) {
    throw new SkoposError('SKP_FILTER', `A filter cannot wait, but ${query} calls a function that does`);
  }
  return (message) => predicate.evaluate([message], services.capabilities) === true;
}

/** Only messages whose field names one of the known protocols; without settings none, as in the reference. */
function bro({ parserConfig }: SensorParserConfig): Filter {
  const key = parserConfig['bro.filter.source.key'];
  const known = parserConfig['bro.filter.source.known.protocols'];
  const protocols = new Set((Array.isArray(known) ? known : [known]).map((one) => String(one)));
  return (message) => {
    if (typeof key !== 'string') return false;
    const value = message[key];
    if (value === undefined || value === null) return false;
    if (typeof value !== 'string')
      throw new TypeError(`The field ${key} is no text, so it names no protocol`);
    return protocols.has(value);
  };
}
