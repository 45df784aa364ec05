export { Accounts, type Identity } from './accounts.ts';
export { SecurityError } from './errors.ts';
export { mayDo, type RequiredRole, type Role, roles, type TokenRole } from './roles.ts';
