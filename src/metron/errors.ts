import { SkoposError } from '../errors.ts';

export type MetronImportErrorCode =
  /** There is no configuration of Metron where it was looked for. */
  | 'SKP_IMPORT_NOTHING'
  /** A file or folder cannot be read or written. */
  | 'SKP_IMPORT_FILE'
  /** More than any configuration has. */
  | 'SKP_IMPORT_SIZE';

export class MetronImportError extends SkoposError {
  declare readonly code: MetronImportErrorCode;

  constructor(
    code: MetronImportErrorCode,
    message: string,
    options: { readonly hint?: string; readonly cause?: unknown } = {},
  ) {
    super(code, message, options);
  }
}
