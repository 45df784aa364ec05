/** Lets plug-ins import 'skopos' wherever their folder lies, and be TypeScript without a package.json beside them. */
import { registerHooks } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const publicModule = pathToFileURL(path.join(import.meta.dirname, 'public.ts')).href;
const folders = new Set<string>();
let hooked = false;

/** For modules in `folder` and below, in this thread. */
export function resolveSkoposFor(folder: string): void {
  folders.add(folder.endsWith(path.sep) ? folder : folder + path.sep);
  if (hooked) return;
  hooked = true;
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier === 'skopos' && isOurs(context.parentURL))
        return { url: publicModule, format: 'module-typescript', shortCircuit: true };
      const resolved = next(specifier, context);
      return isOurs(resolved.url) && /\.m?ts$/.test(resolved.url)
        ? { ...resolved, format: 'module-typescript' }
        : resolved;
    },
  });
}

function isOurs(url: string | undefined): boolean {
  if (url === undefined || !url.startsWith('file:')) return false;
  const file = fileURLToPath(url);
  if (file.includes(`${path.sep}node_modules${path.sep}`)) return false;
  for (const folder of folders) if (file.startsWith(folder)) return true;
  return false;
}
