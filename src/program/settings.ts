/** What a start may be told. */
import type { Logger } from 'pino';
import type { Role } from './roles.ts';

export interface ProgramSettings {
  /** Folder of this Skopos' own state: log, index, store. Made when absent. */
  readonly dataFolder: string;
  /** The user's configuration, laid over what ships; null for none. */
  readonly configFolder: string | null;
  /** Address of the API and the pages. */
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Password of the first administrator; made up when absent. Only looked at while there is no user. */
  readonly password?: string;
  /** The parts that this process runs; all of them when absent. */
  readonly roles?: ReadonlySet<Role>;
  readonly logger: Logger;
}
