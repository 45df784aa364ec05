import { describe, expect, test } from 'vitest';
import { XmlScanner } from './xml-scanner.ts';

function steps(text: string): string[] {
  const scanner = new XmlScanner();
  scanner.begin(text);
  const out: string[] = [];
  for (;;) {
    const step = scanner.next();
    if (step === 'open') {
      const attributes = Array.from(
        { length: scanner.attributes },
        (_, i) => ` ${scanner.attributeNames[i]}=${scanner.attributeValues[i]}`,
      );
      out.push(`<${scanner.name}${attributes.join('')}>`);
    } else if (step === 'text') out.push(scanner.value);
    else out.push(step);
    if (step === 'end') return out;
  }
}

describe('scanning XML', () => {
  test('gives elements, attributes and text in order', () => {
    expect(steps(`<a x="1" y='two'><b/>t<c >u</c ></a>`)).toEqual([
      '<a x=1 y=two>',
      '<b>',
      'close',
      't',
      '<c>',
      'u',
      'close',
      'close',
      'end',
    ]);
  });

  test('resolves the five entities of XML and characters by number, and leaves others as written', () => {
    expect(steps('<a b="&quot;&#x41;">&lt;&amp;&#233;&lol;&#x110000;</a>')).toEqual([
      '<a b="A>',
      '<&é&lol;&#x110000;',
      'close',
      'end',
    ]);
  });

  test('passes over comments and instructions, takes CDATA as it stands and leaves prefixes of namespaces out', () => {
    expect(steps('<?xml version="1.0"?><!-- <x> --><n:a><![CDATA[<&]]></n:a>')).toEqual([
      '<a>',
      '<&',
      'close',
      'end',
    ]);
  });

  test('refuses a document type, so that nothing expands', () => {
    expect(() => steps('<!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>')).toThrow(/document type/);
  });

  test('bounds depth and attributes', () => {
    expect(() => steps('<a>'.repeat(65))).toThrow(/deeper than 64/);
    expect(() => steps(`<a ${'b="" '.repeat(129)}/>`)).toThrow(/128/);
  });

  test.each(['<', '<a', '<a b', '<a b=c>', '<a b="', '</a>', '<a><b></b>', '<a><![CDATA[', '<!--', '< a>'])(
    'refuses %j',
    (text) => {
      expect(() => steps(text)).toThrow(/XML/);
    },
  );
});
