/** `skopos up`: the server. */
import { styleText } from 'node:util';
import type { Command } from 'commander';
import pino from 'pino';
import { readRoles, roles, startProgram } from '../../program/index.ts';
import { examples } from '../examples.ts';
import { configFolder, type FolderOptions, withFolders } from '../folders.ts';

interface UpOptions extends FolderOptions {
  readonly host: string;
  readonly port: string;
  readonly role?: string;
  readonly logLevel: string;
  readonly json?: boolean;
}

export function registerUp(program: Command): void {
  withFolders(program.command('up'))
    .description('Start: take in telemetry, process it, serve the pages and the API')
    .option('--host <address>', 'address of the pages and the API', '127.0.0.1')
    .option('--port <number>', 'port of the pages and the API; 0 takes a free one', '8787')
    .option('--role <list>', `parts that this process runs, of ${roles.join(',')}; all when absent`)
    .option('--log-level <level>', 'trace, debug, info, warn, error or silent', 'warn')
    .option('--json', 'say what was started as one JSON object, for scripts')
    .addHelpText(
      'after',
      examples(
        ['skopos up', 'on this machine, data in ./data'],
        ['skopos up --data /var/lib/skopos --config /etc/skopos', 'as a service'],
        ['skopos up --role work --port 0', 'one of several processes on one Kafka (cluster.json)'],
        ['SKOPOS_PASSWORD=… skopos up', 'choose the first password yourself'],
      ),
    )
    .action(async (options: UpOptions) => {
      const started = performance.now();
      const logger = pino({ level: options.logLevel }, pino.destination(2));
      const password = process.env['SKOPOS_PASSWORD'];
      const running = await startProgram({
        dataFolder: options.data,
        configFolder: configFolder(options.config),
        host: options.host,
        port: Number(options.port),
        logger,
        ...(options.role === undefined ? {} : { roles: readRoles(options.role) }),
        ...(password === undefined ? {} : { password }),
      });
      stopOnSignals(() => running.stop());
      if (options.json === true) {
        const { url, firstRun } = running;
        console.log(
          JSON.stringify({
            url,
            firstRun,
            listeners: running.ingestHelp(),
            problems: running.configProblems(),
          }),
        );
        return;
      }
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      const bold = (text: string): string => styleText('bold', text);
      console.log(`${bold('Skopos is ready')} after ${seconds} s\n`);
      console.log(`  Page      ${bold(running.url)}`);
      if (running.firstRun !== null) {
        const { username, password: first } = running.firstRun;
        console.log(`  Sign in   ${bold(username)} with the password ${bold(first)}  (shown this once)`);
      }
      console.log('\n  Send data');
      for (const { address, example, sensor } of running.ingestHelp())
        console.log(`    ${`${sensor} → ${address}`.padEnd(34)} ${example}`);
      for (const problem of running.configProblems()) {
        console.log(
          `\n  ${styleText(problem.severity === 'error' ? 'red' : 'yellow', problem.severity)} ${problem.file}: ${problem.message}`,
        );
      }
      console.log('\n  Stop with Ctrl-C');
    });
}

/** Orderly at the first signal; a second one ends at once. */
export function stopOnSignals(stop: () => Promise<void>): void {
  let asked = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (asked) process.exit(130);
      asked = true;
      stop().then(
        () => process.exit(0),
        (error: unknown) => {
          console.error(error);
          process.exit(1);
        },
      );
    });
  }
}
