import type { Node } from './ast.ts';
import type { Code, Frame } from './code.ts';
import { primitiveText } from './code.ts';
import { positionsIn } from './errors.ts';
import type { CompileOptions, ExpressionProblem, FunctionBody } from './expression.ts';
import type { FunctionRegistry } from './registry.ts';

/**
 * What those who write JavaScript share: the constants and bodies that the code names, the function (frame) that is being
 * written, and the ways to write code that may raise. Before such code runs, `at` is set to a row of `places`.
 */
export abstract class Emitter {
  readonly constants: unknown[] = [];
  readonly bodies: FunctionBody[] = [];
  readonly variables = new Set<string>();
  readonly functions = new Set<string>();
  readonly problems: ExpressionProblem[] = [];
  /** Three numbers for each place that may raise: where the caret stands, and the sub-expression's first and end character. */
  readonly places: number[] = [];
  usesLambda = false;
  /** Whether other values wait on Metron's stack: there a match clause that is the bare literal true holds, else it does not. */
  nested = false;

  readonly registry: FunctionRegistry;
  readonly options: CompileOptions;
  readonly #source: string;
  readonly #frames: Frame[] = [];
  #names = 0;
  #positionOf: ReturnType<typeof positionsIn> | undefined;

  constructor(source: string, registry: FunctionRegistry, options: CompileOptions) {
    this.#source = source;
    this.registry = registry;
    this.options = options;
  }

  abstract emit(node: Node): Code;

  /** A part that Metron evaluates while another value waits on its stack. */
  emitNested(node: Node): Code {
    const before = this.nested;
    this.nested = true;
    const code = this.emit(node);
    this.nested = before;
    return code;
  }

  get frame(): Frame {
    return this.#frames[this.#frames.length - 1]!;
  }

  get isInLambda(): boolean {
    return this.#frames.length > 1;
  }

  /** Writes a function's body: what `emit` gives is its result. */
  inFrame(frame: Frame, emit: () => Code): Code {
    this.#frames.push(frame);
    const code = emit();
    this.#frames.pop();
    return code;
  }

  /** The JavaScript name of a lambda's parameter; undefined when no lambda around has it. */
  parameter(name: string): string | undefined {
    for (let i = this.#frames.length - 1; i >= 0; i -= 1) {
      const identifier = this.#frames[i]!.parameters.get(name);
      if (identifier !== undefined) return identifier;
    }
    return undefined;
  }

  /** Statements of a body that gives `result`. */
  body(frame: Frame, result: string): string[] {
    const names = Array.from({ length: frame.temporaries }, (_, i) => `t${i}`);
    if (frame.raises) names.unshift('at = 0');
    const lines = names.length === 0 ? [] : [`let ${names.join(', ')};`];
    if (!frame.raises) return [...lines, `return ${result};`];
    return [...lines, `try { return ${result}; } catch (e) { throw raised(e, source, places, at); }`];
  }

  newName(): string {
    return `p${this.#names++}`;
  }

  temporary(): string {
    return `t${this.frame.temporaries++}`;
  }

  constant(value: unknown): Code {
    return {
      text: this.literal(value),
      constant: { value },
      isBoolean: typeof value === 'boolean',
      isData: true,
      isSmall: true,
      safe: true,
    };
  }

  /** A value that is known when compiling, as source; one that JavaScript cannot write is handed in beside the code. */
  literal(value: unknown): string {
    return primitiveText(value) ?? this.keep(value);
  }

  keep(value: unknown): string {
    this.constants.push(value);
    return `k${this.constants.length - 1}`;
  }

  keepBody(body: FunctionBody): string {
    this.bodies.push(body);
    return `f${this.bodies.length - 1}`;
  }

  /** `at = ROW`, for a place that may raise: a caret at `offset`, the sub-expression `node`. */
  place(offset: number, node: Node): string {
    this.frame.raises = true;
    const { places } = this;
    const last = places.length - 3;
    if (
      last < 0 ||
      places[last] !== offset ||
      places[last + 1] !== node.offset ||
      places[last + 2] !== node.end
    )
      places.push(offset, node.offset, node.end);
    return `at = ${places.length / 3 - 1}`;
  }

  /** Code on values of its own that may raise. */
  fallible(offset: number, node: Node, text: string): Code {
    return { text: `(${this.place(offset, node)}, ${text})` };
  }

  /** A call on a value whose own code may raise: the place is noted between the two. */
  fallibleAfter(offset: number, node: Node, code: Code, use: (value: string) => string): Code {
    if (code.safe === true) return this.fallible(offset, node, use(code.text));
    const value = this.temporary();
    return { text: `(${value} = ${code.text}, ${this.place(offset, node)}, ${use(value)})` };
  }

  /** Two operands, then code on them that may raise. */
  applied(
    offset: number,
    node: Node,
    [left, right]: readonly [Code, Code],
    use: (a: string, b: string) => string,
  ): Code {
    if (left.safe === true && right.safe === true)
      return this.fallible(offset, node, use(this.counted(left, left.text), this.counted(right, right.text)));
    const a = this.operand(left);
    const b = this.operand(right);
    return {
      text: `(${a.setup}${b.setup}${this.place(offset, node)}, ${use(this.counted(left, a.name), this.counted(right, b.name))})`,
    };
  }

  /** A name for a value that is used more than once: itself if it is a literal or a parameter, else a temporary. */
  operand(code: Code): { setup: string; name: string } {
    if (code.constant !== undefined || /^[a-z]+[0-9]+$/.test(code.text))
      return { setup: '', name: code.text };
    const name = this.temporary();
    return { setup: `${name} = ${code.text}, `, name };
  }

  /** In a lambda, counts a value that may be large before it is worked on. */
  counted(code: Code, text: string): string {
    return this.isInLambda && code.isSmall !== true ? `spend(work, ${text})` : text;
  }

  problem(code: ExpressionProblem['code'], message: string, hint: string | undefined, offset: number): void {
    this.#positionOf ??= positionsIn(this.#source);
    this.problems.push({ code, message, hint, position: this.#positionOf(offset) });
  }
}
