import { describe, expect, test } from 'vitest';
import { createParser } from './builtin.ts';
import { ParserConfigError } from './errors.ts';
import type { Message } from './parser.ts';
import { type ParserFailure, ParserRunner, type RunnerOptions, recordMetadata } from './runner.ts';

const environment = { now: () => 1000, timeZone: 'UTC', readFile: () => '' };

type Options = Partial<RunnerOptions> & { className?: string };

function run(
  text: string,
  options: Options = {},
  metadata: Message | null = null,
): { messages: Message[]; failures: ParserFailure[]; drops: string[] } {
  const parser = createParser(options.className ?? 'jsonmap', options.parserConfig ?? {}, environment);
  const runner = new ParserRunner({ sensor: 'test', parser, ...options });
  const out = { messages: [] as Message[], failures: [] as ParserFailure[], drops: [] as string[] };
  runner.run(text, metadata, {
    emit: (message) => void out.messages.push(message),
    fail: (failure) => void out.failures.push(failure),
    drop: (reason) => void out.drops.push(reason),
  });
  return out;
}

describe('a record under the DEFAULT strategy', () => {
  test('gets source.type and original_string, but no guid', () => {
    expect(run('{"a":1,"source.type":"x"}').messages).toEqual([
      { a: 1, timestamp: 1000, 'source.type': 'test', original_string: '{"a":1,"source.type":"x"}' },
    ]);
  });

  test('keeps an original_string of its own unless it is null', () => {
    expect(run('{"original_string":"kept"}').messages[0]?.['original_string']).toBe('kept');
    expect(run('{"original_string":null}').messages[0]?.['original_string']).toBe('{"original_string":null}');
  });

  test('has metadata merged only when it is read and merged, and then it wins', () => {
    const metadata = recordMetadata('topic', '{"a":2}');
    expect(run('{"a":1}', {}, metadata).messages[0]).toMatchObject({ a: 1 });
    expect(run('{"a":1}', { mergeMetadata: true }, metadata).messages[0]).not.toHaveProperty([
      'metron.metadata.topic',
    ]);
    const both = { readMetadata: true, mergeMetadata: true };
    expect(run('{"a":1}', both, metadata).messages[0]).toMatchObject({
      a: 1,
      'metron.metadata.a': 2,
      'metron.metadata.topic': 'topic',
    });
    const plain = { ...both, rawMessageStrategyConfig: { metadataPrefix: '' } };
    expect(run('{"a":1}', plain, metadata).messages[0]).toMatchObject({ a: 2, topic: 'topic' });
  });

  test('hands metadata that is not merged to transformations', () => {
    const seen: unknown[] = [];
    const transformations = [
      { apply: (_m: Message, context: { metadata: Message | null }) => void seen.push(context.metadata) },
    ];
    run('{}', { readMetadata: true, transformations }, { topic: 't' });
    run('{}', { readMetadata: true, mergeMetadata: true, transformations }, { topic: 't' });
    expect(seen).toEqual([{ 'metron.metadata.topic': 't' }, null]);
  });
});

describe('a record under the ENVELOPE strategy', () => {
  const options: Options = {
    rawMessageStrategy: 'ENVELOPE',
    rawMessageStrategyConfig: { messageField: 'data', metadataPrefix: '' },
  };
  const envelope = JSON.stringify({
    data: '{"a":1,"b":null}',
    a: 9,
    b: 8,
    original_string: 'outer',
    timestamp: 5,
  });

  test('is the text of a member; the others fill gaps, and the outer original_string is inherited', () => {
    expect(run(envelope, options).messages).toEqual([
      { a: 1, b: 8, timestamp: 1000, original_string: 'outer', 'source.type': 'test' },
    ]);
  });

  test('inherits original_string even when nothing is merged, but not when metadata is not read', () => {
    expect(run(envelope, { ...options, mergeMetadata: false }).messages[0]).toEqual({
      a: 1,
      b: null,
      timestamp: 1000,
      original_string: 'outer',
      'source.type': 'test',
    });
    expect(run(envelope, { ...options, readMetadata: false }).messages[0]?.['original_string']).toBe(
      '{"a":1,"b":null}',
    );
  });

  test.each(['no json', '[]', '{}', '{"data":1}', '{"data":null}'])(
    'fails as a whole when it is %s',
    (text) => {
      expect(run(text, options).failures).toMatchObject([
        { errorType: 'parser_error', raw: text, sensor: 'test' },
      ]);
    },
  );

  test('needs to be told where the message is', () => {
    expect(() => run('{}', { rawMessageStrategy: 'ENVELOPE' })).toThrow(ParserConfigError);
  });
});

describe('what does not go on', () => {
  test('is told with the refused line, or with the record', () => {
    const { messages, failures } = run('<34>Oct 11 22:14:15 h a\njunk', { className: 'syslog3164' });
    expect(messages).toHaveLength(1);
    expect(failures).toMatchObject([{ errorType: 'parser_error', raw: 'junk' }]);
    expect(run('nonsense').failures).toMatchObject([{ errorType: 'parser_error', raw: 'nonsense' }]);
  });

  test('carries the metadata of the record', () => {
    expect(run('nonsense', { readMetadata: true }, { topic: 't' }).failures[0]?.metadata).toEqual({
      'metron.metadata.topic': 't',
    });
  });

  test('a transformation that throws fails its message and none of the others', () => {
    const transformations = [
      {
        apply(message: Message) {
          if (message['syslog.message'] === 'a') throw new Error('no');
          message['b'] = 1;
        },
      },
    ];
    const { messages, failures } = run('<34>Oct 11 22:14:15 h a\n<34>Oct 11 22:14:15 h b', {
      className: 'syslog3164',
      transformations,
    });
    expect(messages).toMatchObject([{ 'syslog.message': 'b', b: 1 }]);
    expect(failures).toMatchObject([{ errorType: 'parser_error', error: { message: 'no' } }]);
  });

  test('is dropped by the filter before any check, and counted', () => {
    const result = run('{"a":1}', { filter: (message) => message['a'] !== 1, check: () => ['a'] });
    expect(result).toEqual({ messages: [], failures: [], drops: ['filtered'] });
  });

  test('a record that the parser skips is counted, and one of which it says nothing', () => {
    expect(run('', { className: 'syslog3164' }).drops).toEqual(['skipped']);
    expect(run('x', { parser: { parse: () => {} } }).drops).toEqual(['nothing']);
  });

  test('a message without a time, or one that a check refuses, is invalid', () => {
    expect(run('{"x":{"a":1}}', { className: 'bro' }).failures).toMatchObject([
      { errorType: 'parser_invalid', error: { message: 'The message has no timestamp' } },
    ]);
    const { failures } = run('{"a":1}', { check: () => ['a', 'b'] });
    expect(failures).toMatchObject([{ errorType: 'parser_invalid', errorFields: ['a', 'b'] }]);
    expect(JSON.parse(failures[0]?.raw ?? '')).toMatchObject({ a: 1, 'source.type': 'test' });
  });

  test('nothing that a parser, a filter or a check throws passes the runner', () => {
    const boom = (): never => {
      throw new TypeError('boom');
    };
    const broken: Options[] = [{ parser: { parse: boom } }, { filter: boom }, { check: boom }];
    for (const options of broken) {
      expect(run('{"a":1}', options).failures).toMatchObject([
        { errorType: 'parser_error', error: { message: 'boom' } },
      ]);
    }
  });
});

test('metadata of a record is its topic and the members of its key', () => {
  expect(recordMetadata('t', '{"a":1,"topic":"x"}')).toEqual({ topic: 'x', a: 1 });
  expect(recordMetadata('t', '')).toEqual({ topic: 't' });
  expect(() => recordMetadata('t', 'key')).toThrow();
});

describe('bytes that are no text in the character set', () => {
  const parser = createParser('csv', { columns: ['a'] }, environment);
  const runner = new ParserRunner({ sensor: 'test', parser });
  const messageOf = (bytes: Buffer): Message | undefined => {
    const messages: Message[] = [];
    const sink = { emit: (message: Message) => void messages.push(message), fail: () => {}, drop: () => {} };
    runner.run(bytes.toString('utf8'), null, sink, bytes);
    return messages[0];
  };

  test('are kept beside the message whose text does not tell them', () => {
    const bytes = Buffer.from([0x61, 0xff, 0x62]);
    expect(messageOf(bytes)).toMatchObject({ a: 'a\ufffdb', original_bytes: bytes.toString('base64') });
  });

  test('are not made up where a replacement character was sent', () => {
    expect(messageOf(Buffer.from('a\ufffdb'))).not.toHaveProperty('original_bytes');
    expect(messageOf(Buffer.from('ab'))).not.toHaveProperty('original_bytes');
  });
});

describe('what a filter and the checks see', () => {
  test('includes the id that the sink gives to a message without one', () => {
    const parser = createParser('jsonmap', {}, environment);
    const seen: unknown[] = [];
    const runner = new ParserRunner({
      sensor: 'test',
      parser,
      filter: (message) => {
        seen.push(message['guid']);
        return true;
      },
    });
    const sink = { emit: () => {}, fail: () => {}, drop: () => {}, guid: () => 'given' };
    runner.run('{"a":1}', null, sink);
    runner.run('{"a":1,"guid":"own"}', null, sink);
    expect(seen).toEqual(['given', 'own']);
  });
});

describe('a part that a parser skips', () => {
  test('is counted with its reason', () => {
    const parser = createParser('csv', { columns: ['a'] }, environment);
    const drops: unknown[] = [];
    const sink = { emit: () => {}, fail: () => {}, drop: (...all: unknown[]) => void drops.push(all) };
    new ParserRunner({ sensor: 'test', parser }).run('# a comment', null, sink);
    expect(drops).toEqual([['skipped', 'a comment']]);
  });
});
