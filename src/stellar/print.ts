import type { Node } from './ast.ts';
import { kindOf, StellarDouble, StellarFloat, textOf } from './values.ts';

/** How tightly a node binds; a part that binds less than its place asks for stands in parentheses. */
const LOOSE = 0; // if, match, lambda
const LOGIC = 1;
const MEMBERSHIP = 2;
const COMPARISON = 3;
const COALESCE = 4;
const SUM = 5;
const QUOTIENT = 6;
const PRODUCT = 7;
const SIGNED = 8;
const VALUE = 9;

/** Writes a tree as an expression that parses to the same tree. */
export function print(node: Node): string {
  switch (node.kind) {
    case 'literal': {
      const text = literalText(node.value);
      return node.parenthesized === true ? `(${text})` : text;
    }
    case 'variable':
      return node.name;
    case 'exists':
      return `exists(${node.name})`;
    case 'list':
      return `[${node.items.map(argument).join(', ')}]`;
    case 'map':
      return `{${node.entries.map(({ key, value }) => `${at(key, COMPARISON)} : ${print(value)}`).join(', ')}}`;
    case 'index':
      return `${at(node.container, VALUE)}[${argument(node.index)}]`;
    case 'call':
      return `${node.name}(${node.args.map(argument).join(', ')})`;
    case 'lambda':
      return `(${node.parameters.join(', ')}) -> ${print(node.body)}`;
    case 'arithmetic': {
      const level = levelOf(node);
      return `${at(node.left, level)} ${node.operator} ${at(node.right, level + 1)}`;
    }
    case 'negate':
      return `- ${at(node.operand, SIGNED)}`;
    case 'coalesce': {
      // A lambda behind ?? takes all that follows, and could not stand there in parentheses.
      const right = node.right.kind === 'lambda' ? print(node.right) : at(node.right, COALESCE);
      return `${at(node.left, SUM)} ?? ${right}`;
    }
    case 'comparison':
      return `${at(node.left, COMPARISON)} ${node.operator} ${at(node.right, COALESCE)}`;
    case 'in':
      return `${at(node.item, COALESCE)} ${node.negated ? 'not in' : 'in'} ${at(node.container, MEMBERSHIP)}`;
    case 'logic': {
      const right = node.right.kind === 'logic' ? print(node.right) : at(node.right, MEMBERSHIP);
      return `${at(node.left, MEMBERSHIP)} ${node.operator} ${right}`;
    }
    case 'not':
      return `not(${at(node.operand, LOGIC)})`;
    case 'conditional':
      return `if ${at(node.test, LOGIC)} then ${print(node.then)} else ${print(node.otherwise)}`;
    case 'match': {
      const clauses = node.clauses.map(({ check, action }) => `${print(check)} => ${print(action)}, `);
      return `match{ ${clauses.join('')}default => ${print(node.otherwise)} }`;
    }
  }
}

/** A part that binds at least as tightly as `level`, in parentheses where it does not by itself. */
function at(node: Node, level: number): string {
  const text = print(node);
  return levelOf(node) >= level && !endsWithLambda(node) ? text : `(${text})`;
}

/** An argument, an element, an index: and, or and in need parentheses there, a condition does not. */
function argument(node: Node): string {
  return node.kind === 'logic' || node.kind === 'in' ? `(${print(node)})` : print(node);
}

function endsWithLambda(node: Node): boolean {
  return node.kind === 'coalesce' && (node.right.kind === 'lambda' || endsWithLambda(node.right));
}

function levelOf(node: Node): number {
  switch (node.kind) {
    case 'conditional':
    case 'match':
    case 'lambda':
      return LOOSE;
    case 'logic':
      return LOGIC;
    case 'in':
      return MEMBERSHIP;
    case 'comparison':
      return COMPARISON;
    case 'coalesce':
      return COALESCE;
    case 'arithmetic':
      if (node.operator === '*') return PRODUCT;
      return node.operator === '+' || node.operator === '-' ? SUM : QUOTIENT;
    case 'negate':
      return SIGNED;
    default:
      return VALUE;
  }
}

/** A value of a literal as its source. */
function literalText(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  const kind = kindOf(value);
  if (kind === 'long') return `${textOf(value)}L`;
  if (kind === 'float') return `${decimal(value instanceof StellarFloat ? value.value : 0)}f`;
  if (kind === 'double') {
    const number = value instanceof StellarDouble ? value.value : Number(value);
    return Number.isNaN(number) ? 'NaN' : decimal(number);
  }
  return String(value);
}

/** Digits that read back as the same double and never as an int. */
function decimal(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? '1e999' : '-1e999';
  const text = Object.is(value, -0) ? '-0' : String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/** A text as a literal in single quotes. */
export function quoted(text: string): string {
  const escapes: Readonly<Record<string, string>> = {
    '\\': '\\\\',
    "'": "\\'",
    '\n': '\\n',
    '\r': '\\r',
    '\t': '\\t',
  };
  return `'${text.replace(/[\\'\n\r\t]/g, (character) => escapes[character] ?? character)}'`;
}
