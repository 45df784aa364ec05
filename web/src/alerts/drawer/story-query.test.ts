import { expect, it } from 'vitest';
import { storyQueryText } from './story-query.ts';

it('looks for both hosts on both sides', () => {
  expect(storyQueryText({ ip_src_addr: '10.0.0.1', ip_dst_addr: '10.0.0.2' })).toBe(
    'ip_src_addr:"10.0.0.1" OR ip_dst_addr:"10.0.0.1" OR ip_src_addr:"10.0.0.2" OR ip_dst_addr:"10.0.0.2"',
  );
});
it('falls back to the host’s name or the user', () => {
  expect(storyQueryText({ hostname: 'a"b' })).toBe('hostname:"a\\"b"');
  expect(storyQueryText({ user: 'x' })).toBe('user:"x"');
});
it('has nothing to look for without any of them', () => expect(storyQueryText({ a: 1 })).toBeNull());
