import { expect, it } from 'vitest';
import { queryFault } from './query-fault.ts';

it('says what is wrong in one sentence, without the quoted query', () => {
  const fault = queryFault(
    { code: 'SKP_QUERY', message: 'Query, character 4: expected ")", found the end\na:(\n   ^', position: 3 },
    0,
  );
  expect(fault).toEqual({ message: 'Expected ")", found the end.', position: 3 });
});
it('counts from where the reader’s text starts', () => {
  expect(queryFault({ code: 'X', message: 'No.', position: 5, hint: 'Do.' }, 1)).toEqual({
    message: 'No.',
    hint: 'Do.',
    position: 4,
  });
  expect(queryFault({ code: 'X', message: 'No.' }, 1).position).toBeNull();
});
