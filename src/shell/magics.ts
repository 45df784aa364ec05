import { explain as explainExpression, lint as lintExpression, textOf } from '../stellar/index.ts';
import { ShellError } from './errors.ts';
import { type ShellResult, text } from './result.ts';
import { assignmentOf, type Session } from './session.ts';

/** A command of the shell: `%name argument`. A new one is an object and one line in `magics`. */
export interface Magic {
  readonly name: string;
  /** Its argument in the help, empty when it takes none. */
  readonly argument: string;
  readonly description: string;
  run(session: Session, argument: string): Promise<ShellResult> | ShellResult;
}

function needArgument(magic: Magic, argument: string, code: string, message: string): void {
  if (argument === '')
    throw new ShellError(code, message, { hint: `Write ${magic.name} ${magic.argument}.` });
}

const functions: Magic = {
  name: '%functions',
  argument: '[text]',
  description: 'Names of functions, of those with the text in their name',
  run: (session, argument) =>
    text(
      session.registry
        .list()
        .map((definition) => definition.name)
        .filter((name) => name.includes(argument))
        .join(', '),
    ),
};

const vars: Magic = {
  name: '%vars',
  argument: '',
  description: 'Variables, their values and how they came by them',
  run: (session) =>
    text(
      session.variables
        .map(
          ({ name, value, expression }) =>
            `${name} = ${textOf(value)}${expression === null ? '' : ` via \`${expression}\``}`,
        )
        .join(', '),
    ),
};

const globals: Magic = {
  name: '%globals',
  argument: '',
  description: 'The global configuration, as this session has it',
  run: (session) => text(textOf(session.globals)),
};

const define: Magic = {
  name: '%define',
  argument: 'name := expression',
  description: 'Set a global for this session; nothing is written to the configuration',
  async run(session, argument) {
    const assignment = assignmentOf(argument);
    if (assignment === undefined || assignment.expression === '') {
      throw new ShellError('SKP_SHELL_DEFINE', 'Nothing to define', {
        hint: 'Write %define name := expression.',
      });
    }
    const value = await session.evaluate(assignment.expression);
    if (value === null) {
      throw new ShellError(
        'SKP_SHELL_DEFINE',
        `${assignment.expression} is null, and a global without a value is none`,
        { hint: `%undefine ${assignment.target} takes one away.` },
      );
    }
    session.define(assignment.target, value);
    return { status: 'success', kind: 'value', value };
  },
};

const undefine: Magic = {
  name: '%undefine',
  argument: 'name',
  description: 'Take a global away for this session',
  run(session, argument) {
    needArgument(undefine, argument, 'SKP_SHELL_DEFINE', 'Which global?');
    session.undefine(argument);
    return text('');
  },
};

const explain: Magic = {
  name: '%explain',
  argument: 'expression',
  description: 'The JavaScript that an expression becomes, what it reads and calls',
  run(session, argument) {
    needArgument(explain, argument, 'SKP_SHELL_EXPLAIN', 'Nothing to explain');
    const compiled = session.compile(argument);
    const explanation = explainExpression(argument, session.registry);
    return { status: 'success', kind: 'explanation', compiled, explanation };
  },
};

const lint: Magic = {
  name: '%lint',
  argument: 'expression',
  description: 'What of an expression may surprise, and how to write it instead',
  run(session, argument) {
    needArgument(lint, argument, 'SKP_SHELL_LINT', 'Nothing to look at');
    session.compile(argument);
    const fields = session.variables.map(({ name }) => name);
    const warnings = lintExpression(argument, session.registry, fields.length === 0 ? {} : { fields });
    return { status: 'success', kind: 'warnings', source: argument, warnings };
  },
};

const time: Magic = {
  name: '%time',
  argument: 'expression',
  description: 'How often an expression runs in a second',
  async run(session, argument) {
    needArgument(time, argument, 'SKP_SHELL_TIME', 'Nothing to time');
    const forMs = 500;
    const first = performance.now();
    await session.evaluate(argument);
    const started = performance.now();
    let runs = 0;
    while (performance.now() - started < forMs) {
      await session.evaluate(argument);
      runs += 1;
    }
    const perRun = runs === 0 ? started - first : (performance.now() - started) / runs;
    return text(
      `first ${(started - first).toFixed(2)} ms, then ${(perRun * 1000).toFixed(2)} µs each, the shell's own share included`,
    );
  },
};

const help: Magic = {
  name: '%help',
  argument: '',
  description: 'This list',
  run: () => {
    const rows = [
      ...magics.map((magic) => [`${magic.name} ${magic.argument}`.trim(), magic.description] as const),
      ['?NAME', 'What a function does, its arguments and examples'] as const,
      ['name := expression', 'Give a variable a value'] as const,
      ['# text', 'A comment'] as const,
      ['quit', 'Leave'] as const,
    ];
    const width = Math.max(...rows.map(([left]) => left.length));
    return text(rows.map(([left, right]) => `${left.padEnd(width)}  ${right}`).join('\n'));
  },
};

/** The commands, in the order of the help. */
export const magics: readonly Magic[] = [
  functions,
  vars,
  globals,
  define,
  undefine,
  explain,
  lint,
  time,
  help,
];
