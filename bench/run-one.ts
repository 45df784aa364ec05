/** Runs one benchmark and says its result in one line: `run-one.ts FILE [ARGUMENT AS JSON]`. */
const [file = '', argument] = process.argv.slice(2);
const { run } = (await import(new URL(file, import.meta.url).href)) as {
  run: (argument?: unknown) => unknown;
};
console.log(`RESULT ${JSON.stringify(await run(argument === undefined ? undefined : JSON.parse(argument)))}`);
