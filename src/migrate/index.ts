export { type Compared, type MigrateOptions, type MigrateReport, migrate, type Sides } from './migrate.ts';
