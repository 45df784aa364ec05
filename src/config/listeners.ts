/**
 * `config/listeners.json`: the ways in. A list of listeners, each with a name of its own and a type.
 *
 * Transports: RFC 3954 (NetFlow v9), RFC 7011 (IPFIX), RFC 5426 (syslog over UDP), RFC 6587 (TCP framing), RFC 5425 (TLS).
 */
import * as z from 'zod';

const name = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/, { error: 'a name of letters, digits, ".", "_" and "-"' })
  .describe('Name of the listener, unique in the file; shown in metrics and logs.');
const enabled = z.boolean().default(true).describe('false: declared, but not opened.');
const host = z
  .string()
  .min(1)
  .default('127.0.0.1')
  .describe('Address to bind. Loopback unless told otherwise; "0.0.0.0" or "::" for all interfaces.');
const port = z.int().min(0).max(65_535);
const sensor = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/, { error: 'a sensor name of letters, digits, ".", "_" and "-"' })
  .describe('Sensor that the records belong to: the name of a file in parsers/.');
const bytes = z
  .int()
  .min(1024)
  .max(64 * 1024 * 1024);

export const syslogListenerSchema = z
  .strictObject({
    name,
    type: z.literal('syslog').describe('Syslog over UDP, TCP or TLS.'),
    enabled,
    transport: z.enum(['udp', 'tcp', 'tls']).describe('How the messages come.'),
    host,
    port: port.describe('Port to bind; 0 takes any free one.'),
    sensor,
    framing: z
      .enum(['auto', 'octet-counting', 'newline'])
      .default('auto')
      .describe(
        'TCP and TLS: how messages are told apart (RFC 6587). "auto" looks at the first byte of each message.',
      ),
    maxMessageBytes: bytes
      .default(1_048_576)
      .describe('Longer messages go to the error topic whole up to this length, marked as too long.'),
    certFile: z
      .string()
      .min(1)
      .exactOptional()
      .describe('TLS: certificate chain, PEM; relative to the config folder.'),
    keyFile: z
      .string()
      .min(1)
      .exactOptional()
      .describe('TLS: private key, PEM; relative to the config folder.'),
    caFile: z
      .string()
      .min(1)
      .exactOptional()
      .describe('TLS: authorities that client certificates must come from, PEM.'),
    requestClientCertificate: z
      .boolean()
      .default(false)
      .describe('TLS: only senders with a certificate signed by `caFile` are let in.'),
  })
  .describe('Syslog over UDP, TCP or TLS.');

export const httpListenerSchema = z
  .strictObject({
    name,
    type: z.literal('http').describe('Records over HTTP.'),
    enabled,
    host: z
      .string()
      .min(1)
      .exactOptional()
      .describe('Address to bind, with a port of its own; loopback when absent.'),
    port: port.exactOptional().describe('A port of its own; absent: the port of the API is shared.'),
    maxBodyBytes: z
      .int()
      .min(1024)
      .max(1024 * 1024 * 1024)
      .default(16 * 1024 * 1024)
      .describe('Longest request body, in bytes after decompression.'),
  })
  .describe('POST /api/v1/ingest/{sensor}.');

export const tailListenerSchema = z
  .strictObject({
    name,
    type: z.literal('tail').describe('Files that grow.'),
    enabled,
    paths: z
      .array(z.string().min(1))
      .min(1)
      .describe('Files to follow; globs allowed; relative to the config folder.'),
    sensor,
    from: z
      .enum(['start', 'end'])
      .default('start')
      .describe('Where a file that was never seen before is begun.'),
    framing: z
      .enum(['auto', 'line', 'zeek-tsv', 'auditd'])
      .default('auto')
      .describe(
        '"zeek-tsv" keeps the header lines of a Zeek log with its rows; "auditd" keeps the lines of an event of Linux audit together; "auto" tells by the first line.',
      ),
    maxMessageBytes: bytes.default(1_048_576).describe('Longer lines go to the error topic.'),
  })
  .describe('Files that grow.');

export const netflowListenerSchema = z
  .strictObject({
    name,
    type: z.literal('netflow').describe('NetFlow v5 and v9 and IPFIX over UDP.'),
    enabled,
    host,
    port: port
      .default(2055)
      .describe('Port to bind; 0 takes any free one. IPFIX exporters send to 4739 unless told otherwise.'),
    sensor,
    waitSeconds: z
      .int()
      .min(1)
      .max(3600)
      .default(300)
      .describe('How long data whose template has not come yet wait for it.'),
    maxWaiting: z
      .int()
      .min(0)
      .max(65_536)
      .default(256)
      .describe('How many datagrams of one exporter and domain may wait so.'),
  })
  .describe('Flows: NetFlow v5 and v9, IPFIX, over UDP.');

export const listenerSchema = z.discriminatedUnion('type', [
  syslogListenerSchema,
  httpListenerSchema,
  tailListenerSchema,
  netflowListenerSchema,
]);

export const listenersSchema = z.array(listenerSchema).describe('The listeners of this Skopos.');

/** `host`, `framing`, `maxMessageBytes` and `enabled` are always there: defaults are filled in. */
export type SyslogListenerConfig = Readonly<z.output<typeof syslogListenerSchema>>;
export type HttpListenerConfig = Readonly<z.output<typeof httpListenerSchema>>;
export type TailListenerConfig = Readonly<z.output<typeof tailListenerSchema>>;
export type NetflowListenerConfig = Readonly<z.output<typeof netflowListenerSchema>>;
export type ListenerConfig =
  | SyslogListenerConfig
  | HttpListenerConfig
  | TailListenerConfig
  | NetflowListenerConfig;
