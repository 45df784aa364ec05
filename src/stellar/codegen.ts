import type { Node } from './ast.ts';
import { defaultWork } from './budget.ts';
import type { Code, Frame } from './code.ts';
import { emitCall, emitLambda } from './emit-calls.ts';
import { emitConditional, emitMatch } from './emit-control.ts';
import {
  emitArithmetic,
  emitCoalesce,
  emitComparison,
  emitLogic,
  emitMembership,
  emitNegate,
  emitNot,
} from './emit-operators.ts';
import { directScopes, emitExists, emitIndex, emitList, emitMap, emitVariable } from './emit-values.ts';
import { Emitter } from './emitter.ts';

/** Turns a syntax tree into the source of a JavaScript function, and gathers what the tree names. */
export class CodeGenerator extends Emitter {
  isAsync = false;

  generate(tree: Node): string {
    const frame: Frame = {
      parameters: new Map(),
      isLambda: false,
      temporaries: 0,
      awaits: false,
      raises: false,
    };
    const result = this.inFrame(frame, () => {
      const code = this.emit(tree);
      if (this.options.predicate !== true || code.isBoolean === true) return code;
      return this.fallibleAfter(tree.offset, tree, code, (value) => `predicateResult(${value})`);
    });
    this.isAsync = frame.awaits;
    const lines = ["'use strict';"];
    for (const i of this.constants.keys()) lines.push(`const k${i} = K[${i}];`);
    for (const i of this.bodies.keys()) lines.push(`const f${i} = F[${i}];`);
    lines.push(`return ${frame.awaits ? 'async ' : ''}function (scopes, c) {`);
    if (this.variables.size > 0) {
      lines.push('const n = scopes.length;');
      for (let i = 0; i < directScopes; i += 1)
        lines.push(`const s${i} = n > ${i} ? scopes[${i}] : emptyScope;`);
    }
    if (this.usesLambda) {
      // One that waits is overtaken by others, so it counts by itself.
      const work = frame.awaits ? '{ left: 0, rest: 0, limit: 0, since: 0 }' : 'sharedWork';
      lines.push(`const work = startWork(${work}, ${this.#workLimit()});`);
    }
    lines.push(...this.body(frame, result.text), '};');
    return lines.join('\n');
  }

  #workLimit(): number {
    const limit = this.options.stepBudget ?? defaultWork;
    return Number.isSafeInteger(limit) && limit >= 0 ? limit : defaultWork;
  }

  override emit(node: Node): Code {
    switch (node.kind) {
      case 'literal':
        return this.constant(node.value);
      case 'variable':
        return emitVariable(this, node);
      case 'exists':
        return emitExists(this, node);
      case 'list':
        return emitList(this, node);
      case 'map':
        return emitMap(this, node);
      case 'index':
        return emitIndex(this, node);
      case 'call':
        return emitCall(this, node);
      case 'lambda':
        return emitLambda(this, node);
      case 'arithmetic':
        return emitArithmetic(this, node);
      case 'negate':
        return emitNegate(this, node);
      case 'coalesce':
        return emitCoalesce(this, node);
      case 'comparison':
        return emitComparison(this, node);
      case 'in':
        return emitMembership(this, node);
      case 'logic':
        return emitLogic(this, node);
      case 'not':
        return emitNot(this, node);
      case 'conditional':
        return emitConditional(this, node);
      case 'match':
        return emitMatch(this, node);
    }
  }
}
