import { add, divide, multiply, subtract } from './arithmetic.ts';
import type { ArithmeticNode, CallNode, ComparisonNode, InNode, LambdaNode, MatchNode, Node } from './ast.ts';
import {
  type Code,
  compareConstants,
  type Frame,
  isImmutable,
  isPrimitive,
  primitiveText,
  runtimeNames,
} from './code.ts';
import { isIn } from './compare.ts';
import { truth } from './convert.ts';
import { positionAt } from './errors.ts';
import type {
  CompileOptions,
  Constant,
  ExpressionProblem,
  FunctionBody,
  StellarFunction,
} from './expression.ts';
import type { FunctionRegistry } from './registry.ts';
import { argumentCountProblem, usage } from './usage.ts';

const inherited = new Set(Object.getOwnPropertyNames(Object.prototype));
const directScopes = 3;
const chainLimit = 6;
const defaultStepBudget = 1_000_000;

/** Turns a syntax tree into the source of a JavaScript function, and gathers what the tree names. */
export class CodeGenerator {
  readonly constants: unknown[] = [];
  readonly bodies: FunctionBody[] = [];
  readonly variables = new Set<string>();
  readonly functions = new Set<string>();
  readonly problems: ExpressionProblem[] = [];
  isAsync = false;

  readonly #source: string;
  readonly #registry: FunctionRegistry;
  readonly #options: CompileOptions;
  #frames: Frame[] = [];
  #names = 0;
  #usesLambda = false;
  // Whether other values wait on Metron's stack: there a match clause that is the bare literal true holds, else it does not.
  #nested = false;

  constructor(source: string, registry: FunctionRegistry, options: CompileOptions) {
    this.#source = source;
    this.#registry = registry;
    this.#options = options;
  }

  generate(tree: Node): string {
    const frame: Frame = {
      parameters: new Map(),
      isLambda: false,
      temporaries: 0,
      awaits: false,
      raises: false,
    };
    this.#frames = [frame];
    let result = this.#emit(tree);
    if (this.#options.predicate === true && result.isBoolean !== true) {
      result = this.#fallible(tree.offset, `predicateResult(${result.text})`);
    }
    this.isAsync = frame.awaits;
    const lines = ["'use strict';", `const { ${runtimeNames.join(', ')} } = R;`];
    for (const i of this.constants.keys()) lines.push(`const k${i} = K[${i}];`);
    for (const i of this.bodies.keys()) lines.push(`const f${i} = F[${i}];`);
    lines.push(`return ${frame.awaits ? 'async ' : ''}function (scopes, c) {`);
    if (this.variables.size > 0) {
      lines.push('const n = scopes.length;');
      for (let i = 0; i < directScopes; i += 1)
        lines.push(`const s${i} = n > ${i} ? scopes[${i}] : emptyScope;`);
    }
    if (this.#usesLambda) lines.push(`const budget = { left: ${this.#stepBudget()} };`);
    lines.push(...this.#body(frame, result.text), '};');
    return lines.join('\n');
  }

  #stepBudget(): number {
    const limit = this.#options.stepBudget ?? defaultStepBudget;
    return Number.isSafeInteger(limit) && limit >= 0 ? limit : defaultStepBudget;
  }

  #body(frame: Frame, result: string): string[] {
    const names = Array.from({ length: frame.temporaries }, (_, i) => `t${i}`);
    if (frame.raises) names.unshift('at = 0');
    const lines = names.length === 0 ? [] : [`let ${names.join(', ')};`];
    if (!frame.raises) return [...lines, `return ${result};`];
    return [...lines, `try { return ${result}; } catch (e) { throw locate(e, source, at); }`];
  }

  get #frame(): Frame {
    return this.#frames[this.#frames.length - 1]!;
  }

  #temporary(): string {
    return `t${this.#frame.temporaries++}`;
  }

  /** Code that may raise: notes the place first. */
  #fallible(offset: number, text: string): Code {
    this.#frame.raises = true;
    return { text: `(at = ${offset}, ${text})` };
  }

  #emitNested(node: Node): Code {
    const before = this.#nested;
    this.#nested = true;
    const code = this.#emit(node);
    this.#nested = before;
    return code;
  }

  #emit(node: Node): Code {
    switch (node.kind) {
      case 'literal':
        return this.#constant(node.value);
      case 'variable':
        return this.#variable(node.name, node.offset);
      case 'exists':
        return this.#exists(node.name);
      case 'list': {
        const items = node.items.map((item) => this.#emitNested(item));
        return {
          text: `[${items.map((item) => item.text).join(', ')}]`,
          isData: true,
          safe: items.every((item) => item.safe === true),
        };
      }
      case 'map': {
        const parts = node.entries.flatMap(({ key, value }) => [
          this.#emitNested(key),
          this.#emitNested(value),
        ]);
        return { text: `literalMap([${parts.map((part) => part.text).join(', ')}])`, isData: true };
      }
      case 'call':
        return this.#call(node);
      case 'lambda':
        return this.#lambda(node);
      case 'arithmetic':
        return this.#arithmetic(node);
      case 'comparison':
        return this.#comparison(node);
      case 'in':
        return this.#membership(node);
      case 'logic': {
        const left = this.#truth(this.#emit(node.left));
        const right = this.#truth(this.#emitNested(node.right));
        if (left.constant !== undefined) {
          const decided =
            node.operator === 'and' ? left.constant.value === false : left.constant.value === true;
          return decided ? left : right;
        }
        const operator = node.operator === 'and' ? '&&' : '||';
        return {
          text: `(${left.text} ${operator} ${right.text})`,
          isBoolean: true,
          isData: true,
          safe: left.safe === true && right.safe === true,
        };
      }
      case 'not': {
        const operand = this.#truth(this.#emit(node.operand));
        if (operand.constant !== undefined) return this.#constant(operand.constant.value !== true);
        return { text: `!${operand.text}`, isBoolean: true, isData: true, safe: operand.safe === true };
      }
      case 'conditional': {
        const test = this.#condition(node.test);
        const then = this.#emit(node.then);
        const otherwise = this.#emit(node.otherwise);
        return {
          text: `(${test.text} ? ${then.text} : ${otherwise.text})`,
          isBoolean: then.isBoolean === true && otherwise.isBoolean === true,
          isData: then.isData === true && otherwise.isData === true,
          safe: test.safe === true && then.safe === true && otherwise.safe === true,
          awaits: then.awaits === true || otherwise.awaits === true,
        };
      }
      case 'match':
        return this.#match(node);
    }
  }

  #constant(value: unknown): Code {
    return {
      text: this.#literal(value),
      constant: { value },
      isBoolean: typeof value === 'boolean',
      isData: true,
      safe: true,
    };
  }

  #literal(value: unknown): string {
    return primitiveText(value) ?? this.#keep(value);
  }

  #keep(value: unknown): string {
    this.constants.push(value);
    return `k${this.constants.length - 1}`;
  }

  #parameter(name: string): string | undefined {
    for (let i = this.#frames.length - 1; i >= 0; i -= 1) {
      const identifier = this.#frames[i]!.parameters.get(name);
      if (identifier !== undefined) return identifier;
    }
    return undefined;
  }

  #variable(name: string, offset: number): Code {
    const parameter = this.#parameter(name);
    this.variables.add(name);
    if (parameter !== undefined) return { text: parameter, safe: true };
    if (name === '_') return { text: 'allFields(scopes)', isData: true, safe: true };
    if (this.#options.strictVariables === true && this.#frames.length === 1) {
      return this.#fallible(offset, `lookupStrict(scopes, ${JSON.stringify(name)})`);
    }
    return { text: `(${this.#read(name)} ?? null)`, safe: true };
  }

  /** Reads a variable; undefined or null when no scope has it. */
  #read(name: string): string {
    const key = JSON.stringify(name);
    if (inherited.has(name)) return `lookupOwn(scopes, ${key})`;
    const reads = Array.from({ length: directScopes }, (_, i) => `s${i}[${key}]`);
    return `${reads.join(' ?? ')} ?? (n > ${directScopes} ? lookup(scopes, ${directScopes}, ${key}) : null)`;
  }

  #exists(name: string): Code {
    const parameter = this.#parameter(name);
    this.variables.add(name);
    if (name === '_' && parameter === undefined) return this.#constant(true);
    const read = parameter ?? `(${this.#read(name)})`;
    return { text: `(${read} != null)`, isBoolean: true, isData: true, safe: true };
  }

  #truth(code: Code): Code {
    if (code.isBoolean === true) return code;
    if (code.constant !== undefined) return this.#constant(truth(code.constant.value));
    return { text: `truth(${code.text})`, isBoolean: true, isData: true, safe: code.safe === true };
  }

  #condition(node: Node): Code {
    const code = this.#emit(node);
    if (code.isBoolean === true) return code;
    if (code.constant?.value === null) return this.#constant(false);
    return {
      ...this.#fallibleAfter(node.offset, code, (value) => `condition(${value})`),
      isBoolean: true,
      isData: true,
    };
  }

  /** A call on a value whose own code may raise: the place is noted between the two. */
  #fallibleAfter(offset: number, code: Code, use: (value: string) => string): Code {
    if (code.safe === true) return this.#fallible(offset, use(code.text));
    const value = this.#temporary();
    this.#frame.raises = true;
    return { text: `(${value} = ${code.text}, at = ${offset}, ${use(value)})` };
  }

  #arithmetic(node: ArithmeticNode): Code {
    const left = this.#emit(node.left);
    const right = this.#emitNested(node.right);
    const operation = { '+': add, '-': subtract, '*': multiply, '/': divide }[node.operator];
    if (left.constant !== undefined && right.constant !== undefined) {
      try {
        return this.#constant(operation(left.constant.value, right.constant.value));
      } catch {
        // Raises when it is evaluated, if it ever is.
      }
    }
    const name = { '+': 'add', '-': 'subtract', '*': 'multiply', '/': 'divide' }[node.operator];
    return {
      ...this.#applied(node.operatorOffset, [left, right], (a, b) => `${name}(${a}, ${b})`),
      isData: true,
    };
  }

  /** Two operands, then code on them that may raise. */
  #applied(
    offset: number,
    [left, right]: readonly [Code, Code],
    use: (a: string, b: string) => string,
  ): Code {
    this.#frame.raises = true;
    if (left.safe === true && right.safe === true) return this.#fallible(offset, use(left.text, right.text));
    const a = this.#operand(left);
    const b = this.#operand(right);
    return { text: `(${a.setup}${b.setup}at = ${offset}, ${use(a.name, b.name)})` };
  }

  /** A name for a value that is used more than once: itself if it is a literal or a parameter, else a temporary. */
  #operand(code: Code): { setup: string; name: string } {
    if (code.constant !== undefined || /^[a-z]+[0-9]+$/.test(code.text))
      return { setup: '', name: code.text };
    const name = this.#temporary();
    return { setup: `${name} = ${code.text}, `, name };
  }

  #comparison(node: ComparisonNode): Code {
    const left = this.#emit(node.left);
    const right = this.#emitNested(node.right);
    if (left.constant !== undefined && right.constant !== undefined) {
      try {
        return this.#constant(compareConstants(node.operator, left.constant.value, right.constant.value));
      } catch {
        // Raises when it is evaluated, if it ever is.
      }
    }
    if (node.operator === '==' || node.operator === '!=') return this.#equality(node, left, right);
    const a = this.#operand(left);
    const b = this.#operand(right);
    this.#frame.raises = true;
    const checks = [a.name, b.name].filter((_, i) => typeof [left, right][i]!.constant?.value !== 'number');
    const test = checks.map((name) => `typeof ${name} === 'number'`).join(' && ') || 'true';
    const slow = `(at = ${node.operatorOffset}, order(${a.name}, ${b.name}) ${node.operator} 0)`;
    return {
      text: `(${a.setup}${b.setup}${test} ? ${a.name} ${node.operator} ${b.name} : ${slow})`,
      isBoolean: true,
      isData: true,
    };
  }

  #equality(node: ComparisonNode, left: Code, right: Code): Code {
    const known = { isBoolean: true, isData: true } as const;
    const negation = node.operator === '!=';
    const literal = right.constant ?? left.constant;
    const other = right.constant !== undefined ? left : right;
    if (
      literal !== undefined &&
      (literal.value === null || typeof literal.value === 'string' || typeof literal.value === 'boolean')
    ) {
      // Strings, booleans and null equal nothing of another type.
      const operator = negation ? '!==' : '===';
      return {
        ...known,
        text: `(${other.text} ${operator} ${this.#literal(literal.value)})`,
        safe: other.safe === true,
      };
    }
    const a = this.#operand(left);
    const b = this.#operand(right);
    this.#frame.raises = true;
    const same = `${a.name} === ${b.name} || (at = ${node.operatorOffset}, equals(${a.name}, ${b.name}))`;
    if (typeof literal?.value === 'number') {
      const name = right.constant !== undefined ? a.name : b.name;
      const setup = right.constant !== undefined ? a.setup : b.setup;
      const value = this.#literal(literal.value);
      const equal = `typeof ${name} === 'number' ? ${name} === ${value} : equals(${name}, ${value})`;
      return { ...known, text: `${negation ? '!' : ''}(${setup}${equal})` };
    }
    return { ...known, text: `${negation ? '!' : ''}(${a.setup}${b.setup}${same})` };
  }

  #membership(node: InNode): Code {
    const item = this.#emit(node.item);
    const known = { isBoolean: true, isData: true } as const;
    const sign = node.negated ? '!' : '';
    const members = this.#constantItems(node.container);
    if (members?.every(isPrimitive)) {
      if (item.constant !== undefined)
        return this.#constant(isIn(item.constant.value, members) !== node.negated);
      if (members.length === 0)
        return { ...known, text: `(${item.text}, ${node.negated})`, safe: item.safe === true };
      if (
        members.length <= chainLimit &&
        members.every((member) => typeof member !== 'number' || !Number.isNaN(member))
      ) {
        const operand = this.#operand(item);
        const tests = members.map((member) => `${operand.name} === ${this.#literal(member)}`).join(' || ');
        return { ...known, text: `${sign}(${operand.setup}${tests})`, safe: item.safe === true };
      }
      return {
        ...known,
        text: `${sign}${this.#keep(new Set(members))}.has(${item.text})`,
        safe: item.safe === true,
      };
    }
    const container = this.#emitNested(node.container);
    const code = this.#applied(node.offset, [item, container], (a, b) => `isIn(${a}, ${b})`);
    return { ...known, text: `${sign}${code.text}` };
  }

  /** The members of a list literal that is known when compiling, undefined for anything else. */
  #constantItems(node: Node): unknown[] | undefined {
    if (node.kind !== 'list') return undefined;
    const items: unknown[] = [];
    for (const item of node.items) {
      if (item.kind !== 'literal') return undefined;
      items.push(item.value);
    }
    return items;
  }

  #call(node: CallNode): Code {
    this.functions.add(node.name);
    const definition = this.#registry.get(node.name);
    const args = node.args.map((arg) => this.#emitNested(arg));
    if (definition === undefined) {
      const nearest = this.#registry.nearest(node.name);
      const hint = nearest === undefined ? undefined : `did you mean ${nearest}?`;
      this.#problem('SKP_STELLAR_UNKNOWN_FUNCTION', `there is no function ${node.name}`, hint, node.offset);
      return this.#fallible(
        node.offset,
        `unknownFunction(${JSON.stringify(node.name)}, ${JSON.stringify(hint ?? null)})`,
      );
    }
    const wrongCount = argumentCountProblem(definition, args.length);
    if (wrongCount !== undefined) {
      this.#problem('SKP_STELLAR_ARGUMENTS', wrongCount, usage(definition), node.offset);
      return this.#fallibleCall(node.offset, args, () => `wrongArguments(${JSON.stringify(wrongCount)})`);
    }
    if (args.some((arg) => arg.awaits === true) && definition.callAsync === undefined) {
      const message = `${definition.name} cannot run a lambda that has to wait`;
      this.#problem('SKP_STELLAR_ARGUMENTS', message, undefined, node.offset);
      return this.#fallible(node.offset, `wrongArguments(${JSON.stringify(message)})`);
    }
    const folded = this.#fold(definition, args);
    if (folded !== undefined) return folded;
    const awaitsLambda = args.some((arg) => arg.awaits === true);
    const body = awaitsLambda ? (definition.callAsync ?? definition.call) : this.#callBody(definition, node);
    this.bodies.push(body);
    const name = `f${this.bodies.length - 1}`;
    if (definition.async === true || awaitsLambda) {
      this.#frame.awaits = true;
      // A service that answers at once (a local store) costs no turn of the event loop.
      const answer = this.#temporary();
      return this.#fallibleCall(
        node.offset,
        args,
        (list) =>
          `(${answer} = ${name}(c${list}), (isPromise(${answer}) ? await ${answer} : ${answer}) ?? null)`,
      );
    }
    return this.#fallibleCall(node.offset, args, (list) => `(${name}(c${list}) ?? null)`);
  }

  #callBody(definition: StellarFunction, node: CallNode): FunctionBody {
    if (definition.prepare === undefined || definition.async === true) return definition.call;
    const constants = node.args.map((arg): Constant | undefined => {
      if (arg.kind === 'literal') return { value: arg.value };
      const items = this.#constantItems(arg);
      return items === undefined ? undefined : { value: items };
    });
    if (!constants.some((constant) => constant !== undefined)) return definition.call;
    try {
      return definition.prepare(constants) ?? definition.call;
    } catch {
      // What is wrong with a literal is told when the call is evaluated, as for any other argument.
      return definition.call;
    }
  }

  /** The value of a pure call on constants, unless it raises or is a collection (which each evaluation must make anew). */
  #fold(definition: StellarFunction, args: readonly Code[]): Code | undefined {
    if (!definition.pure || definition.async === true || args.length === 0) return undefined;
    const values: unknown[] = [];
    for (const arg of args) {
      if (arg.constant === undefined) return undefined;
      values.push(arg.constant.value);
    }
    try {
      const value = definition.call({}, ...values) ?? null;
      return isImmutable(value) && !(typeof value === 'string' && value.length > 10_000)
        ? this.#constant(value)
        : undefined;
    } catch {
      return undefined;
    }
  }

  #fallibleCall(offset: number, args: readonly Code[], use: (list: string) => string): Code {
    this.#frame.raises = true;
    if (args.every((arg) => arg.safe === true)) {
      return this.#fallible(offset, use(args.map((arg) => `, ${arg.text}`).join('')));
    }
    const operands = args.map((arg) => this.#operand(arg));
    const setup = operands.map((operand) => operand.setup).join('');
    return {
      text: `(${setup}at = ${offset}, ${use(operands.map((operand) => `, ${operand.name}`).join(''))})`,
    };
  }

  #problem(code: ExpressionProblem['code'], message: string, hint: string | undefined, offset: number): void {
    this.problems.push({ code, message, hint, position: positionAt(this.#source, offset) });
  }

  #lambda(node: LambdaNode): Code {
    this.#usesLambda = true;
    const identifiers = node.parameters.map(() => `p${this.#names++}`);
    const parameters = new Map(node.parameters.map((name, i) => [name, identifiers[i]!] as const));
    const frame: Frame = { parameters, isLambda: true, temporaries: 0, awaits: false, raises: false };
    const nested = this.#nested;
    this.#nested = false;
    this.#frames.push(frame);
    const result = this.#emit(node.body);
    this.#frames.pop();
    this.#nested = nested;
    const list = identifiers.map((name) => `${name} = null`).join(', ');
    const lines = [
      `${frame.awaits ? 'async ' : ''}(${list}) => {`,
      `if (--budget.left < 0) outOfSteps(${this.#stepBudget()});`,
      ...this.#body(frame, result.text),
      '}',
    ];
    return {
      text: `new Lambda(${identifiers.length}, ${frame.awaits}, ${lines.join('\n')})`,
      safe: true,
      awaits: frame.awaits,
    };
  }

  #match(node: MatchNode): Code {
    const parts: string[] = [];
    for (const { check, action } of node.clauses) {
      const bareTrue =
        check.kind === 'literal' && check.value === true && check.parenthesized !== true && !this.#nested;
      const test = bareTrue ? 'false' : this.#condition(check).text;
      parts.push(`${test} ? ${this.#action(action)}`);
    }
    parts.push(this.#action(node.otherwise));
    return { text: `(${parts.join(' : ')})`, isData: false };
  }

  #action(node: Node): string {
    const code = this.#emit(node);
    if (code.isData === true) return code.text;
    if (code.awaits === true) {
      this.#frame.awaits = true;
      return `await call(${code.text})`;
    }
    return `call(${code.text})`;
  }
}
