/**
 * Roles, from least to most: each may do what those before it may. `sender` stands apart: it may hand in events and
 * nothing else.
 */
export const roles = ['viewer', 'analyst', 'administrator'] as const;
export type Role = (typeof roles)[number];
export type TokenRole = Role | 'sender';

/** What a route asks for. `public` needs nobody to be signed in. */
export type RequiredRole = TokenRole | 'public';

export function mayDo(held: readonly TokenRole[], required: RequiredRole): boolean {
  if (required === 'public') return true;
  if (required === 'sender') return held.includes('sender') || held.includes('administrator');
  const least = roles.indexOf(required);
  return held.some((role) => role !== 'sender' && roles.indexOf(role) >= least);
}
