/**
 * Many lines to standard output: written in pieces rather than each by itself, no faster than they are read, and ended quietly when nobody
 * reads on (`| head`).
 */

const pieceLength = 64 * 1024;

export class LineOutput {
  #piece = '';
  #waiting: Promise<void> | undefined;

  constructor() {
    process.stdout.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(0);
      throw error;
    });
  }

  /** Resolves when the reader has caught up; undefined when there is nothing to wait for. */
  get waiting(): Promise<void> | undefined {
    return this.#waiting;
  }

  add(line: string): void {
    this.#piece += `${line}\n`;
    if (this.#piece.length >= pieceLength) this.flush();
  }

  /** To be called at the end. */
  flush(): void {
    if (this.#piece === '') return;
    const piece = this.#piece;
    this.#piece = '';
    if (process.stdout.write(piece)) return;
    this.#waiting ??= new Promise((resolve) => {
      process.stdout.once('drain', () => {
        this.#waiting = undefined;
        resolve();
      });
    });
  }
}
