import * as z from 'zod';
import { secretSchema } from './secret-schema.ts';

const file = z.string().min(1);

/** See `Tls`. */
export const tlsSchema = z
  .strictObject({
    ca: file.exactOptional().describe("Authorities that the servers' certificates must come from, PEM."),
    cert: file.exactOptional().describe('Certificate of this client (mutual TLS), PEM.'),
    key: file.exactOptional().describe('Its private key, PEM.'),
    passphrase: secretSchema.exactOptional().describe('Of the private key.'),
    servername: z.string().min(1).exactOptional().describe('Name that the certificates must bear.'),
    rejectUnauthorized: z.boolean().exactOptional().describe('false: take any certificate. For trials only.'),
  })
  .describe('TLS. An empty object: the authorities that Node knows.');
