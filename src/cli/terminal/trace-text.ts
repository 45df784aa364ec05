/** How what the steps of parsing did looks in a terminal. */
import { styleText } from 'node:util';
import { SkoposError } from '../../errors.ts';
import type { FieldChange, MessageTrace, RecordTrace } from '../../workbench/index.ts';
import { printableLine } from './printable.ts';

const longest = 200;

export function traceText(trace: RecordTrace): string {
  const lines = [`${styleText('bold', 'record')}  ${short(trace.raw)}`];
  for (const [index, message] of trace.messages.entries()) {
    lines.push(...messageLines(message, trace.messages.length > 1 ? ` ${index + 1}` : ''));
  }
  for (const { error, raw } of trace.failures) {
    lines.push(styleText('red', `  not parsed: ${printableLine(error.message)}`));
    if (raw !== trace.raw) lines.push(styleText('dim', `    ${short(raw)}`));
    if (error instanceof SkoposError && error.hint !== undefined) lines.push(`    ${error.hint}`);
  }
  for (const reason of trace.skipped) {
    lines.push(styleText('yellow', `  no message: ${printableLine(reason)}`));
  }
  return lines.join('\n');
}

function messageLines(trace: MessageTrace, number: string): string[] {
  const lines: string[] = [];
  for (const { name, changes, note } of trace.steps) {
    const said = note ?? (changes.length === 0 ? 'changes nothing' : '');
    lines.push(
      `  ${styleText('cyan', name)}${said === '' ? '' : `  ${styleText('dim', printableLine(said))}`}`,
    );
    const width = Math.min(32, Math.max(0, ...changes.map(({ field }) => field.length)));
    lines.push(...changes.map((change) => `    ${changeText(change, width)}`));
  }
  if (trace.outcome === 'emitted') {
    lines.push(styleText('green', `  message${number}: ${Object.keys(trace.message).length} fields`));
  } else if (trace.outcome === 'filtered')
    lines.push(styleText('yellow', `  message${number}: let go by the filter`));
  else {
    lines.push(
      styleText(
        'red',
        `  message${number} fails: ${printableLine(trace.failure?.error.message ?? 'unknown')}`,
      ),
    );
  }
  return lines;
}

function changeText({ field, before, after }: FieldChange, width: number): string {
  const name = printableLine(field).padEnd(width);
  if (before === undefined) return `${styleText('green', '+')} ${name}  ${valueText(after)}`;
  if (after === undefined) return `${styleText('red', '-')} ${name}  ${styleText('dim', valueText(before))}`;
  return `${styleText('yellow', '~')} ${name}  ${styleText('dim', valueText(before))} → ${valueText(after)}`;
}

function valueText(value: unknown): string {
  return short(JSON.stringify(value) ?? 'null');
}

function short(text: string): string {
  return printableLine(text.length > longest ? `${text.slice(0, longest)}…` : text);
}
