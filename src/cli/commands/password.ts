/** `skopos password`: sets the password of a user, from the machine that has the data. */
import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { SkoposError } from '../../errors.ts';
import { Accounts, type Role, roles } from '../../security/index.ts';
import { examples } from '../examples.ts';
import { configOption, dataOption, type FolderOptions } from '../folders.ts';
import { openStoreOf } from '../open-engines.ts';

export function registerPassword(program: Command): void {
  program
    .command('password')
    .description('Set a password, or add a user; the password is read from standard input')
    .argument('[user]', 'name of the user', 'admin')
    .addOption(dataOption())
    .addOption(configOption())
    .option('--role <role>', roles.join(', '), 'administrator')
    .addHelpText(
      'after',
      examples(
        ['skopos password', 'a new password for admin'],
        ['skopos password ann --role analyst', 'another user'],
      ),
    )
    .action(async (user: string, options: FolderOptions & { readonly role: string }) => {
      const role = roles.find((one): one is Role => one === options.role);
      if (role === undefined) {
        throw new SkoposError('SKP_CLI_USAGE', `There is no role ${JSON.stringify(options.role)}`, {
          hint: `Use one of ${roles.join(', ')}.`,
        });
      }
      const input = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
      process.stderr.write(`Password for ${user}: `);
      const { value: password = '' } = await input[Symbol.asyncIterator]().next();
      input.close();
      const store = await openStoreOf(options);
      try {
        await new Accounts(store, { now: () => Date.now() }).setUser(user, String(password), [role]);
        console.log(`\n${user} may sign in with it as ${role}.`);
      } finally {
        await store.close();
      }
    });
}
