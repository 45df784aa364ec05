import { SkoposError } from '../errors.ts';

/** A line that the shell itself (not Stellar) cannot work with: an unknown command, a definition without a value. */
export class ShellError extends SkoposError {}
