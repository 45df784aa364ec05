import { describe, expect, it } from 'vitest';
import { type FileState, NO_FINGERPRINT } from './file-state.ts';
import { FileStates } from './file-states.ts';

const state = (id: string, place: string): FileState => ({
  id,
  path: id,
  place,
  offset: 0,
  head: NO_FINGERPRINT,
  last: NO_FINGERPRINT,
});

describe('states of files', () => {
  it('lets a newer text displace the older one that stood in its place', () => {
    const states = new FileStates([state('old', '1:2'), state('other', '1:3')]);
    states.put(state('new', '1:2'));
    expect(states.at('1:2')?.id).toBe('new');
    expect(states.get('old')?.place).toBe('');
    expect(states.at('1:3')?.id).toBe('other');
  });

  it('follows a text to another place, and forgets where it stood', () => {
    const states = new FileStates([state('a', '1:2')]);
    states.put(state('a', '1:3'));
    expect(states.at('1:2')).toBeUndefined();
    expect(states.at('1:3')?.id).toBe('a');
    states.put(state('a', ''));
    expect(states.at('1:3')).toBeUndefined();
    expect(states.at('')).toBeUndefined();
  });

  it('gives up those first that were not put for longest', () => {
    const states = new FileStates([state('a', '1:1'), state('b', '1:2'), state('c', '1:3')]);
    states.put(state('a', '1:1'));
    states.keepNewest(2);
    expect(states.all().map(({ id }) => id)).toEqual(['c', 'a']);
    expect(states.at('1:2')).toBeUndefined();
  });
});
