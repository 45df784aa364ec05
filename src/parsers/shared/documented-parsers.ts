/** The parsers that describe their fields, with the folder that each stands in. */
import { linuxAuth } from '../linux/auth.ts';
import { windowsEvent } from '../windows/windows-event.ts';
import type { DocumentedParser } from './documented.ts';

export interface PlacedParser {
  readonly parser: DocumentedParser;
  readonly folder: string;
}

export const documentedParsers: readonly PlacedParser[] = [
  { parser: linuxAuth, folder: 'linux' },
  { parser: windowsEvent, folder: 'windows' },
];
