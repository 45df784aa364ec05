/** `skopos stellar`: the shell of the expression language, and single expressions for scripts. */
import { readFileSync } from 'node:fs';
import { text as readAll } from 'node:stream/consumers';
import type { Command } from 'commander';
import { SkoposError } from '../../errors.ts';
import { stellarRegistry } from '../../pipeline/index.ts';
import { isUnfinished, Shell } from '../../shell/index.ts';
import { searchEvents } from '../event-search.ts';
import { examples } from '../examples.ts';
import { type FolderOptions, withFolders } from '../folders.ts';
import { openStellarServices } from '../stellar-services.ts';
import { columns, runRepl } from '../terminal/stellar-repl.ts';
import { errorText, resultText, resultWarnings } from '../terminal/stellar-text.ts';

interface StellarOptions extends FolderOptions {
  readonly expression?: readonly string[];
  readonly file?: string;
  readonly vars?: string;
  readonly event?: string;
  readonly explain?: boolean;
  readonly json?: boolean;
}

export function registerStellar(program: Command): void {
  withFolders(
    program
      .command('stellar')
      .description('Try expressions: a shell, or single expressions for scripts')
      .option(
        '-e, --expression <expression...>',
        'evaluate and leave; several in turn, each may use what the ones before assigned',
      )
      .option('-f, --file <file>', 'run the lines of a file and leave; - reads standard input')
      .option('-v, --vars <file or JSON>', 'variables, a JSON object')
      .option('--event <query>', 'variables from the newest event that a search finds')
      .option('--explain', 'the JavaScript that expressions become, in place of their values')
      .option('--json', 'values as JSON, one a line'),
  )
    .addHelpText(
      'after',
      examples(
        ['skopos stellar', 'the shell'],
        [`skopos stellar -e "DOMAIN_TO_TLD('www.example.co.uk')"`, 'one expression'],
        [`skopos stellar -v '{"port": 443}' -e 'port in [80, 443]'`, 'with a variable'],
        [`skopos stellar --event 'source.type:bro' -e 'ip_src_addr'`, 'over a real event'],
        [`skopos stellar --explain -e 'ip_dst_port == 443'`, 'what it compiles to'],
      ),
    )
    .action(run);
}

async function run(options: StellarOptions): Promise<void> {
  const services = await openStellarServices(options.data, options.config);
  try {
    const event = options.event === undefined ? {} : await newestEvent(options, options.event);
    const shell = new Shell({
      registry: stellarRegistry(),
      capabilities: services.capabilities,
      globals: services.globals,
      variables: { ...event, ...variables(options.vars) },
      prepare: (names) => services.prepare(names),
    });
    const scripted = script(options);
    if (scripted !== null) {
      process.exitCode = (await runLines(shell, await scripted, options)) ? 0 : 1;
      return;
    }
    await runRepl(shell, { fields: Object.keys(event), json: options.json === true });
  } finally {
    await services.close();
  }
}

/** The lines to run and leave; null for the shell. */
function script(options: StellarOptions): Promise<readonly string[]> | readonly string[] | null {
  if (options.expression !== undefined) return options.expression;
  if (options.file === '-' || (options.file === undefined && !process.stdin.isTTY)) {
    return readAll(process.stdin).then((text) => text.split('\n'));
  }
  if (options.file === undefined) return null;
  return read(options.file, 'The script').split('\n');
}

/** Runs lines until one fails; a line that is not finished takes the next ones along. */
async function runLines(shell: Shell, lines: readonly string[], options: StellarOptions): Promise<boolean> {
  const format = { width: columns(), json: options.json === true };
  let pending = '';
  for (const [index, line] of lines.entries()) {
    pending = pending === '' ? line : `${pending}\n${line}`;
    const last = index === lines.length - 1;
    if (!last && isUnfinished(pending, shell.session.registry)) continue;
    const input = options.explain === true && isExpression(pending) ? `%explain ${pending}` : pending;
    pending = '';
    const result = await shell.run(input);
    if (result.status === 'terminate') return true;
    if (result.status === 'error') {
      console.error(errorText(result.error));
      return false;
    }
    if (result.kind === 'text' && result.text === '') continue;
    // Beside the values, so that a script reads only those.
    const warnings = resultWarnings(result);
    if (warnings !== '') console.error(warnings);
    const output = resultText(result, format);
    if (output !== '' || options.json === true) console.log(output);
  }
  return true;
}

function isExpression(line: string): boolean {
  return !/^\s*(?:[%?#]|quit\s*$|$)/.test(line) && !line.includes(':=');
}

async function newestEvent(folders: FolderOptions, query: string): Promise<Record<string, unknown>> {
  const found = await searchEvents(folders, { query, size: 1, sort: '-timestamp' });
  const event = found.results[0]?.source;
  if (event !== undefined) return event;
  throw new SkoposError('SKP_CLI_EVENT', `No event is found by ${JSON.stringify(query)}`, {
    hint: 'Try the query with "skopos search".',
  });
}

/** A JSON object, written out or in a file. */
function variables(written: string | undefined): Record<string, unknown> {
  if (written === undefined) return {};
  const inline = written.trimStart().startsWith('{');
  const json = inline ? written : read(written, 'The file of variables');
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new SkoposError(
      'SKP_CLI_VARIABLES',
      `${inline ? 'The variables are' : `${written} is`} not JSON: ${(error as Error).message}`,
      { hint: `Write an object, such as {"port": 443}.` },
    );
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new SkoposError('SKP_CLI_VARIABLES', 'Variables are a JSON object', {
      hint: 'Write an object, such as {"port": 443}.',
    });
  }
  return value as Record<string, unknown>;
}

function read(file: string, what: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new SkoposError('SKP_CLI_FILE', `${what} cannot be read: ${(error as Error).message}`);
  }
}
