/** The parsers that describe their fields, with the folder that each stands in. */

import { logfmt } from '../generic/logfmt.ts';
import { auditd } from '../linux/auditd.ts';
import { linuxAuth } from '../linux/auth.ts';
import { fortigate } from '../network/fortigate.ts';
import { iptables } from '../network/iptables.ts';
import { webAccess } from '../web/access.ts';
import { apacheError, nginxError } from '../web/errors.ts';
import { windowsEvent } from '../windows/windows-event.ts';
import type { DocumentedParser } from './documented.ts';

export interface PlacedParser {
  readonly parser: DocumentedParser;
  readonly folder: string;
}

export const documentedParsers: readonly PlacedParser[] = [
  { parser: linuxAuth, folder: 'linux' },
  { parser: auditd, folder: 'linux' },
  { parser: windowsEvent, folder: 'windows' },
  { parser: iptables, folder: 'network' },
  { parser: webAccess, folder: 'web' },
  { parser: apacheError, folder: 'web' },
  { parser: nginxError, folder: 'web' },
  { parser: fortigate, folder: 'network' },
  { parser: logfmt, folder: 'generic' },
];
