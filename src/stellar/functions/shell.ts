import { boxTable, wrapped } from '../box-table.ts';
import { toInteger } from '../convert.ts';
import { argumentError } from '../errors.ts';
import type { StellarFunction } from '../expression.ts';
import { mapEntries, textOf } from '../values.ts';
import { absent, mapArgument, needed, textArgument } from './arguments.ts';
import { optional, variadic } from './define.ts';

/** What belongs to a session of the shell: its variables, its terminal, and tables to look at. */

const shellMap2Table: StellarFunction = {
  name: 'SHELL_MAP2TABLE',
  category: 'shell',
  description: 'A map as a table of keys and values.',
  parameters: [optional('map', 'map', 'The map')],
  returns: { type: 'string', description: 'The table; null without an argument' },
  examples: [
    {
      expression: "SHELL_MAP2TABLE({'host': 'db-1'})",
      result: '╔══════╤═══════╗\n║ KEY  │ VALUE ║\n╠══════╪═══════╣\n║ host │ db-1  ║\n╚══════╧═══════╝\n',
    },
  ],
  pure: true,
  call: (_, map) => {
    if (map === undefined) return null;
    const entries = map === null ? [] : mapEntries(mapArgument('SHELL_MAP2TABLE', 'map', map));
    return boxTable(
      ['KEY', 'VALUE'],
      Array.from(entries, ([key, value]) => [textOf(key), textOf(value)]),
    );
  },
};

const shellListVars: StellarFunction = {
  name: 'SHELL_LIST_VARS',
  category: 'shell',
  description: 'The variables of the session as a table, with the expressions that they were assigned from.',
  parameters: [optional('wrap', 'integer', 'How wide a cell may be; 40 when absent')],
  returns: { type: 'string', description: 'The table' },
  examples: [{ expression: "'1 + 1' in SHELL_LIST_VARS()", result: true }],
  pure: false,
  capability: 'shell',
  call: (capabilities, wrap) => {
    const shell = needed('SHELL_LIST_VARS', capabilities, 'shell');
    const width = absent(wrap) ? 40 : toInteger(wrap);
    if (width === null || width < 1) throw argumentError("SHELL_LIST_VARS needs a number from 1 as 'wrap'");
    const rows = Array.from(shell.variables(), ({ name, value, expression }) =>
      [name, textOf(value), expression ?? ''].map((cell) => wrapped(cell, width)),
    );
    return boxTable(['VARIABLE', 'VALUE', 'EXPRESSION'], rows);
  },
};

const shellVars2Map: StellarFunction = {
  name: 'SHELL_VARS2MAP',
  category: 'shell',
  description: 'The expressions that variables of the session were assigned from.',
  parameters: [variadic('names', 'string', 'The variables')],
  returns: {
    type: 'map',
    description: 'Name to expression; variables that are not known or were not assigned are left out',
  },
  examples: [{ expression: "SHELL_VARS2MAP('two', 'nobody')", result: { two: '1 + 1' } }],
  pure: false,
  capability: 'shell',
  call: (capabilities, ...names) => {
    const shell = needed('SHELL_VARS2MAP', capabilities, 'shell');
    const found = new Map<string, string>();
    for (const name of names) {
      const expression = typeof name === 'string' ? shell.variable(name)?.expression : undefined;
      if (typeof name === 'string' && typeof expression === 'string') found.set(name, expression);
    }
    return found;
  },
};

const shellGetExpression: StellarFunction = {
  name: 'SHELL_GET_EXPRESSION',
  category: 'shell',
  description: 'The expression that a variable of the session was assigned from.',
  parameters: [optional('name', 'string', 'The variable')],
  returns: { type: 'string', description: 'The expression, null when there is none' },
  examples: [{ expression: "SHELL_GET_EXPRESSION('two')", result: '1 + 1' }],
  pure: false,
  capability: 'shell',
  call: (capabilities, wanted) => {
    if (absent(wanted)) return null;
    return needed('SHELL_GET_EXPRESSION', capabilities, 'shell').variable(textOf(wanted))?.expression ?? null;
  },
};

const shellEdit: StellarFunction = {
  name: 'SHELL_EDIT',
  category: 'shell',
  description: 'Opens an editor (that of the variable EDITOR or VISUAL) on a text.',
  parameters: [optional('text', 'string', 'What the editor begins with; nothing when absent')],
  returns: { type: 'string', description: 'What was saved, without blanks around it' },
  examples: [{ expression: "SHELL_EDIT('1 + 1')", result: '1 + 1' }],
  pure: false,
  capability: 'editor',
  async: true,
  call: async (capabilities, text) => {
    const editor = needed('SHELL_EDIT', capabilities, 'editor');
    const edited = await editor.edit(absent(text) ? '' : (textArgument('SHELL_EDIT', 'text', text) ?? ''));
    return edited.trim();
  },
};

export const shellFunctions: readonly StellarFunction[] = [
  shellMap2Table,
  shellListVars,
  shellVars2Map,
  shellGetExpression,
  shellEdit,
];
