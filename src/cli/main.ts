/** The command line: one file per command, one line each in the list. */
import { Command } from 'commander';
import { SkoposError } from '../errors.ts';
import { version } from '../version.ts';
import { commands } from './commands/index.ts';

const program = new Command('skopos')
  .description(
    'Security telemetry in one program: collect, parse, enrich, score, index, and show the alerts that matter.',
  )
  .version(version)
  .showHelpAfterError('(run with --help for the options)')
  .showSuggestionAfterError(true)
  .configureHelp({ sortSubcommands: false });

const [named = ''] = process.argv.slice(2);
const wanted = Object.hasOwn(commands, named) ? [commands[named]!] : Object.values(commands);
for (const register of await Promise.all(wanted.map((load) => load()))) register(program);

try {
  await program.parseAsync(process.argv);
} catch (error) {
  if (!(error instanceof SkoposError)) throw error;
  console.error(`skopos: ${error.message}`);
  if (error.hint !== undefined) console.error(`        ${error.hint}`);
  // A command may have said a more exact one.
  process.exitCode ||= 1;
}
