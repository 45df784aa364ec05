import { lint } from '../stellar/index.ts';
import { ShellError } from './errors.ts';
import { type Magic, magics } from './magics.ts';
import { nothing, type ShellResult } from './result.ts';
import { assignmentOf, Session, type SessionOptions } from './session.ts';

/**
 * The Stellar shell without its terminal: a line in, a result out. Never raises; what goes wrong is a result. Facts of the
 * lines that it takes: the reference system's shell.
 */
export class Shell {
  readonly session: Session;
  readonly #magics: ReadonlyMap<string, Magic> = new Map(magics.map((magic) => [magic.name, magic]));

  constructor(options: SessionOptions) {
    this.session = new Session(options);
  }

  async run(input: string): Promise<ShellResult> {
    const line = input.trim();
    try {
      return await this.#dispatch(line);
    } catch (error) {
      return { status: 'error', error: error instanceof Error ? error : new Error(String(error)) };
    }
  }

  async #dispatch(line: string): Promise<ShellResult> {
    if (line === '' || line.startsWith('#')) return nothing;
    if (line === 'quit') return { status: 'terminate' };
    if (line.startsWith('%')) return await this.#magic(line);
    if (line.startsWith('?')) return this.#documentation(line.slice(1).trim());
    const assignment = assignmentOf(line);
    if (assignment === undefined) {
      return { ...warned(line, this.session), value: await this.session.evaluate(line) };
    }
    const { target, expression } = assignment;
    const value = expression === '' ? '' : await this.session.evaluate(expression);
    this.session.assign(target, value, expression);
    return { ...warned(expression, this.session), value, target };
  }

  #magic(line: string): Promise<ShellResult> | ShellResult {
    const [, name = '', argument = ''] = /^(\S+)\s*([\s\S]*)$/.exec(line) ?? [];
    const magic = this.#magics.get(name);
    if (magic === undefined) {
      throw new ShellError('SKP_SHELL_COMMAND', `There is no command ${name}`, {
        hint: `There are ${[...this.#magics.keys()].join(', ')}.`,
      });
    }
    return magic.run(this.session, argument.trim());
  }

  #documentation(name: string): ShellResult {
    const definition = this.session.registry.get(name);
    if (definition !== undefined) return { status: 'success', kind: 'documentation', definition };
    const nearest = name === '' ? undefined : this.session.registry.nearest(name);
    throw new ShellError(
      'SKP_SHELL_FUNCTION',
      name === '' ? 'Which function?' : `There is no function ${name}`,
      {
        hint:
          nearest === undefined
            ? '%functions lists them; ?TO_UPPER is an example.'
            : `Was ?${nearest} meant?`,
      },
    );
  }
}

/** The frame of a result, with what the lint says of the expression. */
function warned(expression: string, session: Session) {
  const warnings = lint(expression, session.registry);
  const result = { status: 'success', kind: 'value' } as const;
  return warnings.length === 0 ? result : { ...result, source: expression, warnings };
}
