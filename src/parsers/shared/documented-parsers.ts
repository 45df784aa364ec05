/** The parsers that describe their fields, with the folder that each stands in. */

import { cloudtrail } from '../cloud/cloudtrail.ts';
import { entra } from '../cloud/entra.ts';
import { kubernetesAudit } from '../cloud/kubernetes-audit.ts';
import { m365 } from '../cloud/m365.ts';
import { okta } from '../cloud/okta.ts';
import { vpcFlow } from '../cloud/vpc-flow.ts';
import { logfmt } from '../generic/logfmt.ts';
import { otlp } from '../generic/otlp.ts';
import { auditd } from '../linux/auditd.ts';
import { linuxAuth } from '../linux/auth.ts';
import { netflow } from '../netflow/netflow.ts';
import { bind } from '../network/bind.ts';
import { dnsmasq } from '../network/dnsmasq.ts';
import { fortigate } from '../network/fortigate.ts';
import { iptables } from '../network/iptables.ts';
import { pfsense } from '../network/pfsense.ts';
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
  { parser: cloudtrail, folder: 'cloud' },
  { parser: vpcFlow, folder: 'cloud' },
  { parser: kubernetesAudit, folder: 'cloud' },
  { parser: okta, folder: 'cloud' },
  { parser: entra, folder: 'cloud' },
  { parser: m365, folder: 'cloud' },
  { parser: netflow, folder: 'netflow' },
  { parser: pfsense, folder: 'network' },
  { parser: bind, folder: 'network' },
  { parser: dnsmasq, folder: 'network' },
  { parser: otlp, folder: 'generic' },
];
