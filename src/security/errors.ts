import { SkoposError } from '../errors.ts';

/** Codes: SKP_SECURITY_SIGN_IN, SKP_SECURITY_FORBIDDEN, SKP_SECURITY_USER, SKP_SECURITY_ORIGIN. */
export class SecurityError extends SkoposError {}
