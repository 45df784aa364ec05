/** `skopos grok`: patterns tried on lines, and proposed for them. */
import { type FileHandle, open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { styleText } from 'node:util';
import type { Command } from 'commander';
import { SkoposError } from '../../errors.ts';
import { createGrokWorkbench, type GrokWorkbench } from '../../workbench/index.ts';
import { examples } from '../examples.ts';
import { configFolder, configOption } from '../folders.ts';
import { printableLine } from '../terminal/printable.ts';

interface GrokOptions {
  readonly config?: string;
  readonly json?: boolean;
  readonly lines?: string;
}

type Explanation = ReturnType<GrokWorkbench['explain']>;

export function registerGrok(program: Command): void {
  const grok = program.command('grok').description('Try Grok patterns on lines, or have one proposed');
  grok
    .command('match')
    .description('What a pattern captures in lines; where one does not fit, how far it does')
    .argument('<pattern>', 'such as "%{IP:ip_src_addr} %{WORD:method}", or the name of a pattern')
    .argument('[file]', 'lines; - reads standard input', '-')
    .addOption(configOption())
    .option('--json', 'one JSON object a line')
    .addHelpText(
      'after',
      examples(
        [`skopos grok match '%{IP:ip_src_addr} %{WORD:method}' access.log`, 'a pattern'],
        [`head -1 app.log | skopos grok match SYSLOGLINE`, 'one of the library, or of config/patterns'],
      ),
    )
    .action(match);
  grok
    .command('propose')
    .description('Propose a pattern that fits sample lines')
    .argument('[file]', 'lines; - reads standard input', '-')
    .addOption(configOption())
    .option('-n, --lines <number>', 'lines to look at', '100')
    .option('--json', 'the result as JSON')
    .addHelpText('after', examples(['grep sshd auth.log | skopos grok propose', 'from lines of one kind']))
    .action(propose);
}

async function match(pattern: string, file: string, options: GrokOptions): Promise<void> {
  const workbench = createGrokWorkbench(() => configFolder(options.config));
  const definition = workbench.patterns().get(pattern);
  // A name is looked into, so that the part that fails can be told.
  const named = definition === undefined && /^[A-Z][A-Z0-9_]*$/.test(pattern) ? `%{${pattern}}` : pattern;
  const looked = definition ?? named;
  let failed = 0;
  let lines = 0;
  for await (const line of linesOf(file)) {
    lines += 1;
    const explanation = workbench.explain(looked, line);
    if (!explanation.matches) failed += 1;
    if (options.json === true) console.log(JSON.stringify({ line, ...explanation }));
    else console.log(explanationText(line, explanation));
  }
  if (options.json !== true) console.log(styleText('dim', `${lines - failed} of ${lines} lines fit`));
  process.exitCode = failed > 0 || lines === 0 ? 1 : 0;
}

function explanationText(line: string, found: Explanation): string {
  const before = printableLine(line.slice(0, found.start));
  const fitting = printableLine(line.slice(found.start, found.end));
  const after = printableLine(line.slice(found.end));
  const shown = `${styleText('dim', before)}${styleText('green', fitting)}${found.matches ? styleText('dim', after) : styleText('red', after)}`;
  const lines = [`${found.matches ? styleText('green', '✓') : styleText('red', '✗')} ${shown}`];
  if (!found.matches) {
    lines.push(`  ${' '.repeat(before.length + fitting.length)}^ here ${failingText(found)} does not fit`);
  }
  const names = Object.keys(found.captured);
  const width = Math.max(0, ...names.map(({ length }) => length));
  for (const name of names) {
    lines.push(`    ${name.padEnd(width)}  ${printableLine(JSON.stringify(found.captured[name]))}`);
  }
  return lines.join('\n');
}

/** The element that fails; of plain characters all that stand together. */
function failingText({ failing, rest }: Explanation): string {
  if (failing === null) return 'it';
  const plain = /^(?:\\.|[^\\%()[\]{}|?*+])$/;
  if (!plain.test(failing)) return failing;
  const more = /^(?:\\[^A-Za-z0-9]|[^\\%()[\]{}|?*+])*/.exec(rest)?.[0] ?? '';
  return JSON.stringify(`${failing}${more}`.replaceAll(/\\(.)/g, '$1'));
}

async function propose(file: string, options: GrokOptions): Promise<void> {
  const workbench = createGrokWorkbench(() => configFolder(options.config));
  const lines: string[] = [];
  const most = Number(options.lines ?? 100);
  for await (const line of linesOf(file)) {
    if (line.trim() !== '') lines.push(line);
    if (lines.length >= most) break;
  }
  if (lines.length === 0) {
    throw new SkoposError('SKP_CLI_LINES', 'There are no lines to learn from', {
      hint: 'Hand in lines of one kind: grep sshd auth.log | skopos grok propose',
    });
  }
  const proposal = workbench.propose(lines);
  if (options.json === true) {
    console.log(JSON.stringify({ ...proposal, lines: lines.length }));
    return;
  }
  console.log(proposal.pattern);
  console.error(
    styleText(
      'dim',
      proposal.whole
        ? `fits all ${lines.length} lines; give the fields better names`
        : `fits all ${lines.length} lines, but they differ in their build: lines of one kind alone give a better pattern`,
    ),
  );
}

async function* linesOf(file: string): AsyncGenerator<string> {
  if (file === '-') {
    yield* createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY });
    return;
  }
  let handle: FileHandle;
  try {
    handle = await open(file);
  } catch (error) {
    throw new SkoposError('SKP_CLI_FILE', `${file} cannot be read: ${(error as Error).message}`);
  }
  try {
    yield* handle.readLines();
  } finally {
    await handle.close();
  }
}
