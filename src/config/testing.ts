/** Configuration folders for tests. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

export interface TestFolder {
  readonly path: string;
  write(file: string, content: unknown): Promise<void>;
  remove(file: string): Promise<void>;
  clean(): Promise<void>;
}

/** `files`: content by name; what is no text is written as JSON. */
export async function testFolder(files: Readonly<Record<string, unknown>> = {}): Promise<TestFolder> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'skopos-config-'));
  const made: TestFolder = {
    path: folder,
    async write(file, content) {
      await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
      await writeFile(
        path.join(folder, file),
        typeof content === 'string' ? content : JSON.stringify(content),
      );
    },
    remove: (file) => rm(path.join(folder, file), { recursive: true }),
    clean: () => rm(folder, { recursive: true, force: true }),
  };
  for (const [file, content] of Object.entries(files)) await made.write(file, content);
  return made;
}
