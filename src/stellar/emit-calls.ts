import type { CallNode, LambdaNode } from './ast.ts';
import { type Code, type Frame, isImmutable } from './code.ts';
import { constantItems } from './constant-items.ts';
import type { Emitter } from './emitter.ts';
import type { Constant, FunctionBody, StellarFunction } from './expression.ts';
import { sizeOfTree } from './tree.ts';
import { argumentCountProblem, usage } from './usage.ts';

/** Code of function calls and lambdas. */

export function emitCall(to: Emitter, node: CallNode): Code {
  to.functions.add(node.name);
  const definition = to.registry.get(node.name);
  const args = node.args.map((arg) => to.emitNested(arg));
  if (definition === undefined) {
    const nearest = to.registry.nearest(node.name);
    const hint = nearest === undefined ? undefined : `did you mean ${nearest}?`;
    to.problem('SKP_STELLAR_UNKNOWN_FUNCTION', `there is no function ${node.name}`, hint, node.offset);
    const call = `unknownFunction(${JSON.stringify(node.name)}, ${JSON.stringify(hint ?? null)})`;
    return called(to, node, args, () => call);
  }
  const wrongCount = argumentCountProblem(definition, args.length);
  if (wrongCount !== undefined) {
    to.problem('SKP_STELLAR_ARGUMENTS', wrongCount, usage(definition), node.offset);
    return called(to, node, args, () => `wrongArguments(${JSON.stringify(wrongCount)})`);
  }
  const awaitsLambda = args.some((arg) => arg.awaits === true);
  if (awaitsLambda && definition.callAsync === undefined) {
    const message = `${definition.name} cannot run a lambda that has to wait`;
    to.problem('SKP_STELLAR_ARGUMENTS', message, undefined, node.offset);
    return called(to, node, args, () => `wrongArguments(${JSON.stringify(message)})`);
  }
  const known = fold(to, definition, args);
  if (known !== undefined) return known;
  const body = awaitsLambda ? (definition.callAsync ?? definition.call) : preparedBody(definition, node);
  const name = to.keepBody(body);
  if (definition.async === true || awaitsLambda) {
    to.frame.awaits = true;
    // A service that answers at once (a local store) costs no turn of the event loop.
    const answer = to.temporary();
    return called(
      to,
      node,
      args,
      (list) =>
        `(${answer} = ${name}(c${list}), (isPromise(${answer}) ? await ${answer} : ${answer}) ?? null)`,
    );
  }
  return called(to, node, args, (list) => `(${name}(c${list}) ?? null)`);
}

/** The arguments in order, then the call. */
function called(to: Emitter, node: CallNode, args: readonly Code[], use: (list: string) => string): Code {
  if (args.every((arg) => arg.safe === true)) {
    return to.fallible(node.offset, node, use(args.map((arg) => `, ${to.counted(arg, arg.text)}`).join('')));
  }
  const operands = args.map((arg) => to.operand(arg));
  const setup = operands.map((operand) => operand.setup).join('');
  const list = operands.map((operand, i) => `, ${to.counted(args[i]!, operand.name)}`).join('');
  return { text: `(${setup}${to.place(node.offset, node)}, ${use(list)})` };
}

function preparedBody(definition: StellarFunction, node: CallNode): FunctionBody {
  if (definition.prepare === undefined || definition.async === true) return definition.call;
  const constants = node.args.map((arg): Constant | undefined => {
    if (arg.kind === 'literal') return { value: arg.value };
    const items = constantItems(arg);
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
function fold(to: Emitter, definition: StellarFunction, args: readonly Code[]): Code | undefined {
  if (!definition.pure || definition.async === true || args.length === 0) return undefined;
  const values: unknown[] = [];
  for (const arg of args) {
    if (arg.constant === undefined) return undefined;
    values.push(arg.constant.value);
  }
  try {
    const value = definition.call({}, ...values) ?? null;
    return isImmutable(value) && !(typeof value === 'string' && value.length > 10_000)
      ? to.constant(value)
      : undefined;
  } catch {
    return undefined;
  }
}

export function emitLambda(to: Emitter, node: LambdaNode): Code {
  to.usesLambda = true;
  const identifiers = node.parameters.map(() => to.newName());
  const parameters = new Map(node.parameters.map((name, i) => [name, identifiers[i]!] as const));
  const frame: Frame = { parameters, isLambda: true, temporaries: 0, awaits: false, raises: false };
  const nested = to.nested;
  to.nested = false;
  const result = to.inFrame(frame, () => {
    const code = to.emit(node.body);
    return { ...code, text: to.counted(code, code.text) };
  });
  to.nested = nested;
  const list = identifiers.map((name) => `${name} = null`).join(', ');
  const lines = [
    `${frame.awaits ? 'async ' : ''}(${list}) => {`,
    `if ((work.left -= ${1 + (sizeOfTree(node.body) >> 4)}) < 0) nextSlice(work);`,
    ...to.body(frame, result.text),
    '}',
  ];
  return {
    text: `new Lambda(${identifiers.length}, ${frame.awaits}, ${lines.join('\n')})`,
    safe: true,
    isSmall: true,
    awaits: frame.awaits,
  };
}
