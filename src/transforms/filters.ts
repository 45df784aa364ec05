/** Message filters (`filterClassName`): which messages of a sensor go on. Settings stand in its `parserConfig`. */
import type { SensorParserConfig } from '../config/index.ts';
import { SkoposError } from '../errors.ts';
import type { Message } from '../parsers/index.ts';
import type { TransformationServices } from './transformations.ts';

type Filter = (message: Message) => boolean;
type Factory = (config: SensorParserConfig, services: TransformationServices) => Filter | null;

const factories: Readonly<Record<string, Factory>> = {
  STELLAR: stellar,
  BRO: bro,
  DEFAULT: () => null,
};

/** Class names of the reference system that mean the same. */
const classNames: Readonly<Record<string, string>> = { StellarFilter: 'STELLAR', BroMessageFilter: 'BRO' };

/** Null when everything goes on. Throws `SkoposError` for a filter that does not exist, and what a broken query throws. */
export function createFilter(config: SensorParserConfig, services: TransformationServices): Filter | null {
  const name = config.filterClassName?.trim() ?? '';
  if (name === '') return null;
  const simple = name.slice(name.lastIndexOf('.') + 1);
  const factory = factories[classNames[simple] ?? name];
  if (factory === undefined) {
    throw new SkoposError('SKP_FILTER', `There is no filter ${JSON.stringify(name)}`, {
      hint: `Use one of ${Object.keys(factories).join(', ')}.`,
    });
  }
  return factory(config, services);
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
