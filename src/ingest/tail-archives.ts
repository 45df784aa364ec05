/** The compressed files that a tail listener finds: each is read once, beside the files that grow. */
import { IngestError } from './errors.ts';
import { isBornAs, newFileState } from './file-state.ts';
import { type CompressedFile, readCompressed, stateOfCompressed } from './tail-compressed.ts';
import type { StoreUnit, TailFileOptions } from './tail-file.ts';
import type { TailStates } from './tail-states.ts';

export interface ArchivesOptions {
  readonly states: TailStates;
  readonly framing: TailFileOptions;
  readonly store: StoreUnit;
  /** A file is read when it has not changed for so long. */
  readonly settledMs: number;
  /** Whether the text in that place is followed. */
  readonly isThere: (place: string) => boolean;
  readonly signal: AbortSignal;
  readonly fail: (error: IngestError) => void;
}

export class TailArchives {
  readonly #options: ArchivesOptions;
  /** Files not to look at again before they change, or before the text with that id has left its place. */
  readonly #passed = new Map<string, { version: string; while: string | null }>();
  #reading: Promise<void> | null = null;

  constructor(options: ArchivesOptions) {
    this.#options = options;
  }

  /** Begins to read those that are due, unless earlier ones are being read. */
  read(files: readonly CompressedFile[]): void {
    if (this.#reading !== null) return;
    const due = files.filter((file) => this.#isDue(file));
    if (due.length === 0) return;
    this.#reading = this.#readEach(due).finally(() => {
      this.#reading = null;
    });
  }

  /** Resolves when none is being read. */
  async idle(): Promise<void> {
    await this.#reading;
  }

  #isDue(file: CompressedFile): boolean {
    const { states, settledMs, isThere } = this.#options;
    const state = states.at(file.place);
    if (state?.finished === file.version && isBornAs(state, file.born)) return false;
    if (Date.now() - file.mtimeMs < settledMs) return false;
    const passed = this.#passed.get(file.path);
    return (
      passed === undefined ||
      passed.version !== file.version ||
      (passed.while !== null && !isThere(states.get(passed.while)?.place ?? ''))
    );
  }

  async #readEach(files: readonly CompressedFile[]): Promise<void> {
    const { states, framing, store, isThere, signal, fail } = this.#options;
    for (const file of files) {
      if (signal.aborted) return;
      try {
        const known = await stateOfCompressed(file, states.all(), signal);
        if (known !== null && isThere(known.place)) {
          this.#passed.set(file.path, { version: file.version, while: known.id });
          continue;
        }
        await readCompressed(file, known ?? newFileState(file), framing, store, signal);
      } catch (error) {
        if (signal.aborted) return;
        this.#passed.set(file.path, { version: file.version, while: null });
        fail(
          new IngestError(
            'SKP_INGEST_FILE',
            `cannot read ${file.path} to its end: ${(error as Error).message}`,
            {
              hint: 'it is looked at again when it changes; what could be read of it is stored',
              cause: error,
            },
          ),
        );
      }
    }
  }
}
