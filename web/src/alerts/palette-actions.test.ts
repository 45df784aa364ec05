import { expect, it } from 'vitest';
import { findActions } from './palette-actions.ts';

const run = () => undefined;
const actions = [
  { group: 'Time', name: 'Last hour', run },
  { group: 'Alert', name: 'Escalate', run },
  { group: 'View', name: 'Show all events', run },
  { group: 'View', name: 'All time', run },
];
const names = (wanted: string) => findActions(actions, wanted).map((action) => action.name);

it('finds actions by words of their name and group, in any order', () => {
  expect(names('hour time')).toEqual(['Last hour']);
  expect(names('')).toHaveLength(4);
  expect(names('nothing')).toEqual([]);
});
it('puts names that start with the first word first', () =>
  expect(names('all')).toEqual(['All time', 'Show all events']));
