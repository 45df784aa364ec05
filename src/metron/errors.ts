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

/** @param doing `read` */
export function cannot(doing: string, file: string, cause: unknown, hint?: string): MetronImportError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new MetronImportError('SKP_IMPORT_FILE', `Cannot ${doing} ${file}: ${why}`, {
    cause,
    ...(hint === undefined ? {} : { hint }),
  });
}
