/**
 * Which files of a configuration folder travel over the log: documents, and the data that they name. Code does not (functions/, plugins/),
 * nor do keys, certificates and secrets, nor cluster.json: whoever can write the topic must not run code with it, and whoever can
 * read it must learn no secret. These stay in the folder of each machine.
 *
 * A version with any other path counts for nobody, so a path that is to be allowed later needs another `format` in version-record.ts.
 */

const documents: ReadonlySet<string> = new Set(['global.json', 'listeners.json', 'profiler.json']);
const perSensor: ReadonlySet<string> = new Set(['parsers', 'enrichments', 'indexing']);
/** Folders of data that travel with all that is in them. */
export const dataFolders: readonly string[] = ['objects', 'patterns'];
const staying: ReadonlySet<string> = new Set(['cluster.json', 'functions', 'plugins', 'node_modules']);
const code = /\.[cm]?[jt]sx?$|\.(?:node|wasm|so|dll|dylib|sh)$/i;
const secret = /\.(?:pem|key|crt|cer|der|p12|pfx|jks|keystore|kdbx|token)$|^(?:secrets?|certs?|private)$/i;
const longest = 300;
const deepest = 8;

/** Whether a path may be written below a folder at all: relative, with `/`, no way out, nothing hidden. */
export function isSafePath(file: string): boolean {
  if (file.length === 0 || file.length > longest) return false;
  const steps = file.split('/');
  return (
    steps.length <= deepest &&
    steps.every((step) => step !== '' && !/^[.#~]|[\0-\x1f\x7f-\x9f\\:*?"<>|]|[ .]$/.test(step))
  );
}

/** Whether a file may travel, whoever names it. */
export function mayTravel(file: string): boolean {
  if (!isSafePath(file)) return false;
  const steps = file.split('/');
  return !staying.has(steps[0] ?? '') && !code.test(file) && !steps.some((step) => secret.test(step));
}

/** Whether a file of a folder travels by its place, without being named by a document. */
export function travelsByPlace(file: string): boolean {
  if (!mayTravel(file)) return false;
  const [first = '', ...rest] = file.split('/');
  if (rest.length === 0) return documents.has(first);
  if (perSensor.has(first)) return rest.length === 1 && file.endsWith('.json');
  return dataFolders.includes(first);
}
