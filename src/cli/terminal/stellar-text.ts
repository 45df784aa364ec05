/** How the shell's results, documentation and errors look in a terminal. */
import { styleText } from 'node:util';
import { SkoposError } from '../../errors.ts';
import type { ShellResult } from '../../shell/index.ts';
import {
  type CompiledExpression,
  type Explanation,
  type LintWarning,
  StellarError,
  type StellarFunction,
  usage,
} from '../../stellar/index.ts';
import { printable } from './printable.ts';
import { type ValueOptions, valueText } from './stellar-value.ts';

export function resultText(result: ShellResult, options: ValueOptions): string {
  if (result.status === 'terminate') return '';
  if (result.status === 'error') return errorText(result.error);
  if (result.kind === 'value') return valueText(result.value, options);
  if (result.kind === 'text') return printable(result.text);
  if (result.kind === 'documentation') return documentationText(result.definition);
  if (result.kind === 'warnings') {
    return result.warnings.length === 0
      ? 'Nothing that should surprise'
      : warningText(result.source, result.warnings);
  }
  return explanationText(result.compiled, result.explanation);
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

/** The code, and for each place in it that may raise the part of the expression that it stands for. */
export function explanationText(compiled: CompiledExpression, { places, javascript }: Explanation): string {
  const list = (names: readonly string[]): string =>
    names.length === 0 ? 'nothing' : [...names].sort().join(', ');
  const rows = places.map(
    ({ line, column, position, text }) =>
      `${`${line}:${column}`.padEnd(9)} ${styleText('dim', `${position.line}:${position.column}`.padEnd(7))} ${printable(oneLine(text))}`,
  );
  return [
    `${styleText('dim', 'reads')}  ${list(compiled.variables)}`,
    `${styleText('dim', 'calls')}  ${list(compiled.functions)}${compiled.isAsync ? '  (waits for an answer)' : ''}`,
    '',
    javascript,
    ...(rows.length === 0
      ? []
      : ['', styleText('dim', 'may fail at (line:column of the code, of the expression)'), ...rows]),
  ].join('\n');
}

const oneLine = (text: string): string => {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
};

/** What of a result's expression may surprise; empty for nothing. */
export function resultWarnings(result: ShellResult): string {
  if (result.status !== 'success' || result.kind !== 'value') return '';
  const { source, warnings } = result;
  return source === undefined || warnings === undefined ? '' : warningText(source, warnings);
}

/** What may surprise: the part, why, and what to write instead. */
export function warningText(source: string, warnings: readonly LintWarning[]): string {
  return warnings
    .flatMap(({ message, span, fixes }) => [
      styleText('yellow', `! ${printable(oneLine(source.slice(span.offset, span.end)))}`),
      styleText('dim', `    ${printable(message)}`),
      ...fixes.map(({ text, replacement }) =>
        styleText('dim', `    ${text}: ${printable(oneLine(replacement))}`),
      ),
    ])
    .join('\n');
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
