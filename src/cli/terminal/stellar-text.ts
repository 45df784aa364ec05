/** How the shell's results, documentation and errors look in a terminal. */
import { styleText } from 'node:util';
import { SkoposError } from '../../errors.ts';
import type { ShellResult } from '../../shell/index.ts';
import { type CompiledExpression, StellarError, type StellarFunction, usage } from '../../stellar/index.ts';
import { printable } from './printable.ts';
import { type ValueOptions, valueText } from './stellar-value.ts';

export function resultText(result: ShellResult, options: ValueOptions): string {
  if (result.status === 'terminate') return '';
  if (result.status === 'error') return errorText(result.error);
  if (result.kind === 'value') return valueText(result.value, options);
  if (result.kind === 'text') return printable(result.text);
  if (result.kind === 'documentation') return documentationText(result.definition);
  return explanationText(result.compiled);
}

/** What a function does, its arguments, and examples with what they give. */
export function documentationText(definition: StellarFunction): string {
  const lines = [
    `${styleText('bold', usage(definition))}  ${styleText('dim', definition.category)}`,
    definition.description,
  ];
  if (definition.parameters.length > 0) {
    lines.push('', styleText('underline', 'Arguments'));
    const width = Math.max(...definition.parameters.map(({ name }) => name.length));
    for (const { name, type, description, optional } of definition.parameters) {
      lines.push(
        `  ${name.padEnd(width)}  ${styleText('dim', `${type}${optional === true ? ', optional' : ''}`)}  ${description}`,
      );
    }
  }
  lines.push('', styleText('underline', 'Returns'));
  lines.push(`  ${styleText('dim', definition.returns.type)}  ${definition.returns.description}`);
  if (definition.capability !== undefined) {
    lines.push('', `Needs ${definition.capability}, and works only where that is at hand.`);
  }
  if (definition.examples.length > 0) {
    lines.push('', styleText('underline', 'Examples'));
    for (const { expression, result, variables } of definition.examples) {
      const given = variables === undefined ? '' : styleText('dim', `   with ${JSON.stringify(variables)}`);
      lines.push(`  ${expression}${given}`, `  ${styleText('green', JSON.stringify(result) ?? 'null')}`);
    }
  }
  return lines.join('\n');
}

export function explanationText(compiled: CompiledExpression): string {
  const list = (names: readonly string[]): string =>
    names.length === 0 ? 'nothing' : [...names].sort().join(', ');
  return [
    `${styleText('dim', 'reads')}  ${list(compiled.variables)}`,
    `${styleText('dim', 'calls')}  ${list(compiled.functions)}${compiled.isAsync ? '  (waits for an answer)' : ''}`,
    '',
    compiled.javascript,
  ].join('\n');
}

/** An error with its line and caret, and how to mend it. */
export function errorText(error: Error): string {
  const lines: string[] = [];
  if (error instanceof StellarError) {
    lines.push(`[!] ${error.detail}`);
    if (error.caret !== undefined) lines.push(...error.caret.split('\n').map((line) => `    ${line}`));
  } else lines.push(`[!] ${error.message}`);
  if (error instanceof SkoposError && error.hint !== undefined) lines.push(`    ${error.hint}`);
  const [first = '', ...rest] = lines;
  return [styleText('red', printable(first)), ...rest.map(printable)].join('\n');
}
