import type { LintFix, LintRule } from '../lint.ts';
import { nearestName } from '../suggest.ts';
import { keywords } from '../token.ts';

/** Names that name nothing. */

const unknownFunction: LintRule = (node, context) => {
  if (node.kind !== 'call' || context.registry.get(node.name) !== undefined) return;
  const nearest = context.registry.nearest(node.name);
  const span = {
    offset: node.parenthesized === true ? context.source.indexOf(node.name, node.offset) : node.offset,
    end: 0,
  };
  context.warn(
    'SKP_LINT_UNKNOWN_FUNCTION',
    { ...span, end: span.offset + node.name.length },
    `there is no function ${node.name}`,
    nearest === undefined ? [] : [{ text: `did you mean ${nearest}?`, replacement: nearest }],
  );
};

const unknownField: LintRule = (node, context) => {
  if (node.kind !== 'variable' && node.kind !== 'exists') return;
  const { name } = node;
  if (context.fields === undefined || name === '_' || context.fields.has(name) || context.isParameter(name))
    return;
  if (keywordOf(name) !== undefined) return;
  const nearest = nearestName(name, context.fields);
  const offset = context.source.indexOf(
    name,
    node.kind === 'exists' ? context.source.indexOf('(', node.offset) : node.offset,
  );
  const fixes: LintFix[] =
    nearest === undefined ? [] : [{ text: `did you mean ${nearest}?`, replacement: nearest }];
  context.warn(
    'SKP_LINT_UNKNOWN_FIELD',
    { offset, end: offset + name.length },
    `messages of this sensor have no field ${name}: it is null`,
    fixes,
  );
};

/** The keyword that a name would be in lower case. */
function keywordOf(name: string): string | undefined {
  const lower = name.toLowerCase();
  if (lower === 'nan' || keywords.some((keyword) => keyword === lower))
    return lower === 'nan' ? 'NaN' : lower;
  return undefined;
}

const keywordCase: LintRule = (node, context) => {
  if (node.kind !== 'variable') return;
  const keyword = keywordOf(node.name);
  if (keyword === undefined || context.isParameter(node.name)) return;
  context.warn(
    'SKP_LINT_KEYWORD_CASE',
    node,
    `${node.name} is a field: keywords are written all in lower or all in upper case`,
    [{ text: 'if the keyword is meant', replacement: keyword }],
  );
};

const parameters: LintRule = (node, context) => {
  if (node.kind !== 'lambda') return;
  const twice = node.parameters.find((name, i) => node.parameters.indexOf(name) !== i);
  if (twice !== undefined)
    context.warn('SKP_LINT_PARAMETER', node, `two parameters are called ${twice}: only the last can be read`);
};

export const nameRules: readonly LintRule[] = [unknownFunction, unknownField, keywordCase, parameters];
