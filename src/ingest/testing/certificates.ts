/** A certificate authority of one test run, and certificates that it signs. */
import 'reflect-metadata';
import type { webcrypto } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

const curve = { name: 'ECDSA', namedCurve: 'P-256' };
const signingAlgorithm = { name: 'ECDSA', hash: 'SHA-256' };

const validity = (): { notBefore: Date; notAfter: Date } => ({
  notBefore: new Date(Date.now() - 3_600_000),
  notAfter: new Date(Date.now() + 2 * 86_400_000),
});

async function newKeys(folder: string, name: string): Promise<webcrypto.CryptoKeyPair> {
  const keys = await crypto.subtle.generateKey(curve, true, ['sign', 'verify']);
  const bytes = await crypto.subtle.exportKey('pkcs8', keys.privateKey);
  writeFileSync(join(folder, `${name}.key`), PemConverter.encode(bytes, 'PRIVATE KEY'));
  return keys;
}

/** Writes `ca.pem`, `ca.key`. */
export async function createAuthority(folder: string): Promise<void> {
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: 'CN=Test CA',
    ...validity(),
    signingAlgorithm,
    keys: await newKeys(folder, 'ca'),
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.digitalSignature, true),
    ],
  });
  writeFileSync(join(folder, 'ca.pem'), certificate.toString('pem'));
}

/** Writes `<name>.pem` and `<name>.key`, signed by the authority, for localhost. */
export async function createCertificate(folder: string, name: string): Promise<void> {
  const authority = new X509Certificate(readFileSync(join(folder, 'ca.pem'), 'utf8'));
  const [secret] = PemConverter.decode(readFileSync(join(folder, 'ca.key'), 'utf8'));
  const keys = await newKeys(folder, name);
  const certificate = await X509CertificateGenerator.create({
    serialNumber: Buffer.from(name).toString('hex'),
    subject: `CN=${name}`,
    issuer: authority.subject,
    ...validity(),
    signingAlgorithm,
    publicKey: keys.publicKey,
    signingKey: await crypto.subtle.importKey('pkcs8', secret!, curve, false, ['sign']),
    extensions: [
      new SubjectAlternativeNameExtension([
        { type: 'dns', value: 'localhost' },
        { type: 'ip', value: '127.0.0.1' },
      ]),
    ],
  });
  writeFileSync(join(folder, `${name}.pem`), certificate.toString('pem'));
}
