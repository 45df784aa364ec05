import { SkoposError } from '../errors.ts';

/** Codes start with `SKP_INGEST_`. */
export class IngestError extends SkoposError {}
