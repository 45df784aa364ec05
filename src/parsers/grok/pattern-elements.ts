/**
 * Cuts a Grok pattern (or a regular expression) into what stands one after another at its top: references, groups, classes, single
 * characters, each with its repetition. One that is a choice at its top (`a|b`) is a single element.
 */
export function patternElements(pattern: string): readonly string[] {
  const elements: string[] = [];
  for (let at = 0; at < pattern.length; ) {
    if (pattern[at] === '|') return [pattern];
    const end = repetitionEnd(pattern, elementEnd(pattern, at));
    elements.push(pattern.slice(at, end));
    at = end;
  }
  return elements;
}

const escapeAt = /\\(?:[pP]\{[^}]*\}|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|k<[^>]*>|Q[\s\S]*?(?:\\E|$)|[\s\S])/y;
const referenceAt = /%\{[^}]*\}/y;
const repetitionAt = /(?:[*+?]|\{\d+(?:,\d*)?\})[?+]?/y;

function elementEnd(pattern: string, at: number): number {
  const first = pattern[at];
  if (first === '\\') return endOf(escapeAt, pattern, at) ?? at + 1;
  if (first === '%') return endOf(referenceAt, pattern, at) ?? at + 1;
  if (first === '[') return classEnd(pattern, at);
  if (first === '(') return groupEnd(pattern, at);
  return at + 1;
}

function endOf(expression: RegExp, text: string, at: number): number | undefined {
  expression.lastIndex = at;
  return expression.test(text) ? expression.lastIndex : undefined;
}

function repetitionEnd(pattern: string, at: number): number {
  return endOf(repetitionAt, pattern, at) ?? at;
}

/** Java's classes nest. */
function classEnd(pattern: string, from: number): number {
  let depth = 0;
  for (let at = from; at < pattern.length; ) {
    const character = pattern[at];
    if (character === '\\') {
      at = endOf(escapeAt, pattern, at) ?? at + 1;
      continue;
    }
    at += 1;
    if (character === '[') {
      depth += 1;
      if (pattern[at] === '^') at += 1;
      // A bracket that stands first is a member.
      if (pattern[at] === ']') at += 1;
    } else if (character === ']' && --depth === 0) return at;
  }
  return pattern.length;
}

function groupEnd(pattern: string, from: number): number {
  let depth = 0;
  for (let at = from; at < pattern.length; ) {
    const character = pattern[at];
    if (character === '\\') at = endOf(escapeAt, pattern, at) ?? at + 1;
    else if (character === '[') at = classEnd(pattern, at);
    else {
      at += 1;
      if (character === '(') depth += 1;
      else if (character === ')' && --depth === 0) return at;
    }
  }
  return pattern.length;
}
