import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CompletionSource, completions, parseQuery } from './index.ts';

const source: CompletionSource = {
  fields: new Map([
    ['ip_src_addr', 'ip'],
    ['ip_dst_addr', 'ip'],
    ['source.type', 'keyword'],
    ['timestamp', 'date'],
    ['threat.triage.score', 'double'],
    ['msg', 'text'],
  ]),
  values: (field) =>
    field === 'source.type'
      ? ['zeek', 'snort', 'suricata']
      : field === 'msg'
        ? ['failed password', 'say "hi"', 'ok']
        : [],
};

/** `|` marks the cursor. */
function at(marked: string) {
  const cursor = marked.indexOf('|');
  const text = marked.replace('|', '');
  const { from, to, items } = completions(text, cursor, source);
  return {
    replaced: text.slice(from, to),
    texts: items.map((item) => item.text),
    kinds: items.map((item) => item.kind),
  };
}

describe('Completions', () => {
  it('offer all fields and beginnings of a clause where nothing is written yet', () => {
    for (const query of ['|', 'msg:ok AND |', '(|', 'NOT |', '-|', 'msg:ok AND (msg:x OR |']) {
      const { texts } = at(query);
      expect(texts).toContain('ip_src_addr:');
      expect(texts).toContain('_exists_:');
    }
  });

  it('offer the fields that hold what is written, those that begin with it first', () => {
    expect(at('sc|').texts).toEqual(['threat.triage.score:']);
    expect(at('s|').texts.slice(0, 2)).toEqual(['source.type:', 'ip_src_addr:']);
    expect(at('msg:ok AND sou|').replaced).toBe('sou');
  });

  it('go on with a name that is written with colons', () => {
    expect(at('source:ty|').texts).toEqual(['source.type:']);
    expect(at('source:ty|').replaced).toBe('source:ty');
    expect(at('source:type:sn|')).toMatchObject({ replaced: 'sn', texts: ['snort'] });
    expect(at('source\\:type:sn|').texts).toEqual(['snort']);
  });

  it('replace the whole word that the cursor is in', () => {
    expect(at('source.type:s|nor AND x')).toMatchObject({ replaced: 'snor', texts: ['snort', 'suricata'] });
  });

  it('offer the values of a field, in quotes where they need them', () => {
    expect(at('source.type:|').texts.slice(0, 3)).toEqual(['zeek', 'snort', 'suricata']);
    expect(at('msg:|').texts.slice(0, 3)).toEqual(['"failed password"', '"say \\"hi\\""', 'ok']);
    expect(at('msg:"fai|').texts).toEqual(['failed password']);
    expect(at('source.type:(zeek OR |').texts.slice(0, 3)).toEqual(['zeek', 'snort', 'suricata']);
    expect(at('source.type:(zeek OR sn|').texts).toEqual(['snort']);
  });

  it('offer what fits the kind of the field', () => {
    expect(at('timestamp:|').texts).toContain('[now-15m TO now]');
    expect(at('ip_src_addr:|').texts).toContain('10.0.0.0/8');
    expect(at('threat.triage.score:|').texts).toContain('>=');
  });

  it('offer the names of fields after _exists_', () => {
    expect(at('_exists_:sou|').texts).toEqual(['source.type']);
  });

  it('offer operators after a clause', () => {
    for (const query of ['msg:ok |', '(a) |', 'msg:"a b" |', 'timestamp:[1 TO 2] |', 'a AND b |']) {
      expect(at(query).texts).toEqual(['AND ', 'OR ', 'AND NOT ']);
    }
  });

  it('offer nothing inside of a range', () => {
    expect(at('timestamp:[now-|').texts).toEqual([]);
  });

  it('read as a query when they are put in', () => {
    for (const [before, after] of [
      ['', 'x'],
      ['source.type:', ''],
      ['msg:', ''],
      ['timestamp:', ''],
      ['ip_src_addr:', ''],
      ['a ', 'b'],
    ] as const) {
      const { from, items } = completions(before, before.length, source);
      for (const { text } of items) {
        const closed = `${before.slice(0, from)}${text}${after}${text === '(' ? ')' : ''}${text === '>=' || text === '<' ? '1' : ''}`;
        expect(() => parseQuery(closed)).not.toThrow();
      }
    }
  });

  it('answer for any text and cursor', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom('a', ':', '"', '(', ')', ' ', '[', ']', '\\', '/', '-', '&', 'é'),
        }),
        fc.nat(30),
        (text, cursor) => {
          const { from, to } = completions(text, cursor, source);
          expect(from).toBeLessThanOrEqual(to);
          expect(to).toBeLessThanOrEqual(text.length);
        },
      ),
    );
  });
});
