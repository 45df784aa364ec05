/** The schema of our collections, which is made and kept by the Schema API. */
import { objectAt } from '../remote/json.ts';
import { As, Own } from './names.ts';
import type { Server } from './server.ts';

const searched = { indexed: true, stored: false, docValues: false, multiValued: true };
const shown = { indexed: false, stored: false, docValues: true };

const types = [
  { name: 'skopos_string', class: 'solr.StrField' },
  { name: 'skopos_long', class: 'solr.LongPointField', docValues: true },
  { name: 'skopos_double', class: 'solr.DoublePointField', docValues: true },
  {
    name: 'skopos_keyword',
    class: 'solr.TextField',
    omitNorms: true,
    omitTermFreqAndPositions: true,
    analyzer: { tokenizer: { name: 'keyword', maxTokenLen: '32766' }, filters: [{ name: 'lowercase' }] },
  },
  {
    name: 'skopos_words',
    class: 'solr.TextField',
    omitNorms: true,
    positionIncrementGap: '100',
    autoGeneratePhraseQueries: true,
    analyzer: {
      tokenizer: { name: 'pattern', pattern: '[^\\p{L}\\p{N}_]+' },
      filters: [{ name: 'length', min: '1', max: '8000' }, { name: 'lowercase' }],
    },
  },
];

const fields = [
  { name: Own.sensor, type: 'skopos_string', indexed: true, stored: true, docValues: true },
  { name: Own.event, type: 'skopos_string', indexed: false, stored: true, docValues: false },
  { name: Own.original, type: 'skopos_string', indexed: false, stored: true, docValues: false },
  { name: Own.version, type: 'skopos_long', indexed: false, stored: true },
  { name: Own.time, type: 'skopos_long', indexed: true, stored: false },
  { name: Own.alert, type: 'skopos_string', indexed: true, stored: false, docValues: false },
  { name: Own.names, type: 'skopos_string', ...searched },
  { name: Own.kinds, type: 'skopos_string', ...shown, multiValued: true },
  { name: Own.topic, type: 'skopos_string', indexed: true, stored: true },
  ...[Own.partition, Own.next, Own.intent].map((name) => ({
    name,
    type: 'skopos_long',
    indexed: false,
    stored: true,
  })),
];

const dynamic = [
  { name: `*${As.keyword}`, type: 'skopos_keyword', ...searched },
  { name: `*${As.written}`, type: 'skopos_keyword', ...searched },
  { name: `*${As.words}`, type: 'skopos_words', ...searched },
  { name: `*${As.number}`, type: 'skopos_double', indexed: true, stored: false, multiValued: true },
  { name: `*${As.address}`, type: 'skopos_string', ...searched },
  { name: `*${As.shown}`, type: 'skopos_string', ...shown, multiValued: true },
  { name: `*${As.order}`, type: 'skopos_string', ...shown, multiValued: false },
];

/** Adds what a collection's schema lacks of ours. */
export async function ensureSchema(server: Server, collection: string): Promise<void> {
  const where = `/${encodeURIComponent(collection)}/schema`;
  for (let attempt = 0; ; attempt++) {
    const schema = objectAt(await server.request(where), 'schema');
    const lacking = (list: string, wanted: readonly { readonly name: string }[]): unknown[] => {
      const there = new Set(
        (Array.isArray(schema[list]) ? schema[list] : []).map((one) => objectAt(one)['name']),
      );
      return wanted.filter(({ name }) => !there.has(name));
    };
    const commands = {
      'add-field-type': lacking('fieldTypes', types),
      'add-field': lacking('fields', fields),
      'add-dynamic-field': lacking('dynamicFields', dynamic),
    };
    if (Object.values(commands).every((list) => list.length === 0)) return;
    try {
      await server.request(where, { body: JSON.stringify(commands) });
      return;
    } catch (error) {
      // Another process may add the same at this moment.
      if (attempt >= 3) throw error;
    }
  }
}
