/** The IDS's own rules (ids from 1,000,000 on are for local use), with what they mean and how much. */

import type { StoryName } from './event.ts';

export interface DemoSignature {
  readonly id: number;
  /** What it is about: the rules of triage are told apart by it. */
  readonly kind: StoryName | 'policy' | 'scan';
  readonly message: string;
  /** For the analyst, in plain words. */
  readonly meaning: string;
  readonly score: number;
}

export const signatures = {
  oldTls: {
    id: 1_000_001,
    kind: 'policy',
    message: 'LOCAL POLICY old TLS version towards outside',
    meaning: 'A program still speaks an old version of TLS',
    score: 10,
  },
  manyPorts: {
    id: 1_000_002,
    kind: 'scan',
    message: 'LOCAL SCAN many ports from one source',
    meaning: 'Someone outside tried several ports of one machine',
    score: 15,
  },
  plainDownload: {
    id: 1_000_003,
    kind: 'policy',
    message: 'LOCAL POLICY program file over plain HTTP',
    meaning: 'A program file came in without encryption',
    score: 20,
  },
  formPosted: {
    id: 1_000_004,
    kind: 'phishing',
    message: 'LOCAL PHISHING form posted to a look-alike domain',
    meaning: 'A form with a password field was sent to a domain that imitates another',
    score: 80,
  },
  regularCallbacks: {
    id: 1_000_005,
    kind: 'beacon',
    message: 'LOCAL C2 regular small requests to one server',
    meaning: 'Ten requests of the same size at regular intervals to one server',
    score: 65,
  },
  sshBurst: {
    id: 1_000_006,
    kind: 'password guessing',
    message: 'LOCAL SSH many new connections from one source',
    meaning: 'More than twenty ssh connections from one address within a minute',
    score: 55,
  },
  adminShare: {
    id: 1_000_007,
    kind: 'lateral movement',
    message: 'LOCAL LATERAL administrative share opened',
    meaning: 'A hidden administrative share of a server was opened over the network',
    score: 60,
  },
  largeUpload: {
    id: 1_000_008,
    kind: 'data leaving',
    message: 'LOCAL EXFILTRATION very large transfer to outside',
    meaning: 'More than 500 MB went to one address outside within a few minutes',
    score: 60,
  },
} as const satisfies Record<string, DemoSignature>;
