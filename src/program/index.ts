export { configChecks } from './checks.ts';
export { type Program, startProgram } from './program.ts';
export type { ProgramSettings } from './settings.ts';
