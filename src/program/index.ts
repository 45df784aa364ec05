export { configChecks } from './checks.ts';
export { localAccessFile } from './local-access.ts';
export { preparePage } from './page-build.ts';
export { pluginProblem } from './plugin-problem.ts';
export { type Program, startProgram } from './program.ts';
export { allRoles, type Role, readRoles, roles } from './roles.ts';
export type { ProgramSettings } from './settings.ts';
