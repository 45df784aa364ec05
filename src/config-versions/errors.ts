import { SkoposError } from '../errors.ts';

export type VersionsErrorCode =
  /** The topic holds no configuration yet. */
  | 'SKP_VERSIONS_EMPTY'
  /** Somebody else made a version meanwhile. */
  | 'SKP_VERSIONS_OUTDATED'
  /** There is no version of that number. */
  | 'SKP_VERSIONS_UNKNOWN'
  /** A folder has changes of its own that would be lost. */
  | 'SKP_VERSIONS_CHANGED'
  /** More than travels. */
  | 'SKP_VERSIONS_SIZE'
  /** What the topic holds does not match what the version says. */
  | 'SKP_VERSIONS_DAMAGED'
  /** A file cannot be read or written. */
  | 'SKP_VERSIONS_FILE'
  /** This installation has no versions: its folder is the configuration. */
  | 'SKP_VERSIONS_OFF';

export class VersionsError extends SkoposError {
  constructor(code: VersionsErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(code, message, options);
  }
}
