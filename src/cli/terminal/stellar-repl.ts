/** The Stellar shell in a terminal: line editing, history, search in it, completion, input over several lines. */
import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { type REPLServer, Recoverable, start } from 'node:repl';
import { styleText } from 'node:util';
import { complete, isUnfinished, magics, type Shell, type ShellResult } from '../../shell/index.ts';
import { version } from '../../version.ts';
import { resultText, resultWarnings } from './stellar-text.ts';

export interface ReplOptions {
  /** Names of fields that completion offers beside variables. */
  readonly fields: readonly string[];
  readonly json: boolean;
  /** In place of this process's terminal. */
  readonly input?: NodeJS.ReadableStream;
  readonly output?: NodeJS.WritableStream;
  /** Where lines are remembered; null for nowhere. */
  readonly history?: string | null;
}

/** Resolves when the user leaves. */
export async function runRepl(shell: Shell, options: ReplOptions): Promise<void> {
  const output = options.output ?? process.stdout;
  output.write(
    `Stellar of Skopos ${version}. ${styleText('dim', '?NAME explains a function, %help lists the commands, Tab completes, quit leaves.')}\n`,
  );
  const server = start({
    prompt: styleText('cyan', '[Stellar]>>> '),
    input: options.input ?? process.stdin,
    output,
    terminal: options.input === undefined ? process.stdin.isTTY : true,
    ignoreUndefined: true,
    preview: false,
    // Results come as finished text.
    writer: (text) => String(text),
    completer: (line: string) => {
      const { word, candidates } = complete(line, {
        functions: shell.session.registry.list().map(({ name }) => name),
        variables: [...shell.session.variables.map(({ name }) => name), ...options.fields],
        commands: magics.map(({ name }) => name),
      });
      return [[...candidates], word];
    },
    eval: (typed, _context, _file, answer) => {
      // Between the lines of one input stands what ended them on the keyboard: a carriage return.
      const input = typed.replaceAll('\r', '\n');
      // A blank line ends input that would go on.
      if (!/\n\s*\n$/.test(input) && isUnfinished(input, shell.session.registry)) {
        answer(new Recoverable(new SyntaxError('more is expected')), undefined);
        return;
      }
      lines.hold();
      void shell.run(input).then((result: ShellResult) => {
        if (result.status === 'terminate') {
          server.close();
          return;
        }
        const value = resultText(result, { width: columns(), json: options.json });
        const text = [resultWarnings(result), value].filter((part) => part !== '').join('\n');
        answer(null, text === '' ? undefined : text);
        lines.release();
      });
    },
  });
  const lines = inTurn(server);
  // The names of Node's own shell would promise what this one does not do.
  for (const command of ['break', 'clear', 'editor', 'exit', 'help', 'load', 'save']) {
    Reflect.deleteProperty(server.commands, command);
  }
  const history = options.history === undefined ? historyFile() : options.history;
  if (history !== null) server.setupHistory(history, () => undefined);
  await new Promise<void>((resolve) => server.once('exit', resolve));
}

/**
 * Node's shell takes the next line while an answer is still awaited, so that pasted lines would overtake each other: lines wait
 * here from `hold` to `release`.
 */
function inTurn(server: REPLServer): { hold(): void; release(): void } {
  const [handle] = server.listeners('line') as ((line: string) => void)[];
  const waiting: string[] = [];
  let held = false;
  const go = (): void => {
    while (!held && waiting.length > 0) handle?.call(server, waiting.shift() ?? '');
  };
  server.removeAllListeners('line');
  server.on('line', (line) => {
    waiting.push(line);
    go();
  });
  return {
    hold: () => {
      held = true;
    },
    release: () => {
      held = false;
      go();
    },
  };
}

export function columns(): number {
  return process.stdout.columns ?? 120;
}

/** `SKOPOS_HISTORY` names it, empty for none; else it lies where the system keeps a user's state. */
function historyFile(): string | null {
  const told = process.env['SKOPOS_HISTORY'];
  if (told !== undefined) return told === '' ? null : path.resolve(told);
  const state = process.env['XDG_STATE_HOME'] ?? path.join(homedir(), '.local', 'state');
  const folder = path.join(state, 'skopos');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return path.join(folder, 'stellar-history');
  } catch {
    return null;
  }
}
