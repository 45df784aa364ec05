/** The text of docs/reference/stellar.md, from the functions' own documentation. */
import {
  capabilityNotes,
  type FunctionExample,
  type FunctionParameter,
  type StellarFunction,
  standardRegistry,
  usage,
} from '../src/stellar/index.ts';

const introduction = `# Stellar functions

Every function of the expression language, by category. The shell says the same: \`?NAME\`. Arguments with \`?\` may be left
out; \`…\` takes any number. Examples run in the test suite.

This page is generated: \`node scripts/generate-stellar-reference.ts\`.
`;

const capabilitiesIntroduction = `## Capabilities

A function that reaches out of the expression needs a capability. Where it is not to be had, an expression that calls the function is
refused when the configuration is read, and an evaluation that gets there raises \`SKP_STELLAR_CAPABILITY\` with the capability's name.

`;

export function stellarReference(): string {
  const categories = Map.groupBy(standardRegistry.list(), ({ category }) => category);
  const sorted = [...categories].sort(([a], [b]) => (a < b ? -1 : 1));
  const contents = sorted.map(
    ([category, functions]) =>
      `- [${title(category)}](#${anchor(category)}): ${functions.map(({ name }) => link(name)).join(', ')}`,
  );
  return [
    introduction,
    `${standardRegistry.list().length} functions.\n`,
    `${contents.join('\n')}\n`,
    `${capabilitiesIntroduction}${capabilityRows()}\n`,
    ...sorted.flatMap(([category, functions]) => [`## ${title(category)}\n`, ...functions.map(functionText)]),
  ].join('\n');
}

function capabilityRows(): string {
  const rows = [
    ['capability', 'what it is', 'to be had'],
    ...Object.entries(capabilityNotes).map(([name, { what, where }]) => [`\`${name}\``, what, where]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) => `| ${row.map((cell, at) => cell.padEnd(widths[at]!)).join(' | ')} |`);
  lines.splice(1, 0, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`);
  return lines.join('\n');
}

function functionText(definition: StellarFunction): string {
  const { name, description, parameters, returns, examples, capability, since } = definition;
  const facts = [
    ...(capability === undefined ? [] : [`Needs the capability \`${capability}\`.`]),
    ...(since === undefined ? [] : [`Since ${since}.`]),
  ];
  return [
    `### ${name}\n`,
    `\`${usage(definition)}\`\n`,
    `${escaped(description)}.\n`,
    ...(parameters.length === 0 ? [] : [`${parameters.map(parameterText).join('\n')}\n`]),
    `Gives ${article(returns.type)}: ${escaped(returns.description)}.\n`,
    ...(facts.length === 0 ? [] : [`${facts.join(' ')}\n`]),
    ...(examples.length === 0 ? [] : [`\`\`\`\n${examples.map(exampleText).join('\n')}\n\`\`\`\n`]),
  ].join('\n');
}

function parameterText(parameter: FunctionParameter): string {
  const notes = [
    parameter.type,
    ...(parameter.variadic === true ? ['any number'] : parameter.optional === true ? ['optional'] : []),
  ];
  return `- \`${parameter.name}\` (${notes.join(', ')}): ${escaped(parameter.description)}.`;
}

function exampleText({ expression, result, variables }: FunctionExample): string {
  const given = variables === undefined ? '' : `   with ${JSON.stringify(variables)}`;
  const shown =
    typeof result === 'string' && result.includes('\n') ? `\n${result.trimEnd()}` : JSON.stringify(result);
  return `${expression}${given}\n→ ${shown}`;
}

function article(type: string): string {
  if (type === 'any') return 'any value';
  if (type === 'null') return 'null';
  return `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`;
}

/** Text as Markdown shows it: no HTML, no emphasis by accident. */
function escaped(text: string): string {
  return text
    .replace(/\.$/, '')
    .split(/(`[^`]*`)/)
    .map((piece, at) => (at % 2 === 1 ? piece : piece.replace(/[<>*_|]/g, '\\$&')))
    .join('');
}

const acronyms: ReadonlySet<string> = new Set(['json', 'rest']);

function title(category: string): string {
  if (acronyms.has(category)) return category.toUpperCase();
  return `${category.charAt(0).toUpperCase()}${category.slice(1)}`;
}

function anchor(heading: string): string {
  return heading.toLowerCase().replaceAll(' ', '-');
}

function link(name: string): string {
  return `[${name}](#${name.toLowerCase()})`;
}
