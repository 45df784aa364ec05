/** Certificates of a TLS listener: read from files, and read again when these change. */
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createSecureContext, type SecureContextOptions, type Server } from 'node:tls';
import type { SyslogListenerConfig } from '../config/index.ts';
import { IngestError } from './errors.ts';

type Paths = Pick<
  SyslogListenerConfig,
  'name' | 'certFile' | 'keyFile' | 'caFile' | 'requestClientCertificate'
>;

export class CertificateFiles {
  readonly #config: Paths;
  readonly #folder: string;
  /** What the files were like when they were last read. */
  #version = '';
  /** And when they were last looked at: files that are being written are left alone. */
  #seen = '';

  /** Paths are relative to `folder`. */
  constructor(config: Paths, folder: string) {
    this.#config = config;
    this.#folder = folder;
  }

  /** Rejects with `SKP_INGEST_TLS` when a file cannot be read, or when they do not belong together. */
  async read(): Promise<SecureContextOptions> {
    this.#version = await this.#look();
    const { name, requestClientCertificate } = this.#config;
    const [cert, key] = await Promise.all([this.#pem('certFile'), this.#pem('keyFile')]);
    const ca = requestClientCertificate ? { ca: await this.#pem('caFile') } : {};
    const options: SecureContextOptions = { cert, key, ...ca, minVersion: 'TLSv1.2' };
    try {
      createSecureContext(options);
    } catch (cause) {
      throw new IngestError(
        'SKP_INGEST_TLS',
        `listener ${name} cannot use its certificate: ${(cause as Error).message}`,
        { hint: 'certFile and keyFile are PEM files that belong together', cause },
      );
    }
    return options;
  }

  /**
   * Gives the server the certificates anew when their files have changed since they were read and no more since the last call.
   * Connections that stand go on. Returns whether it did; rejects as `read` does, once for each change, and the server keeps what it has.
   */
  async refresh(server: Pick<Server, 'setSecureContext'>): Promise<boolean> {
    const version = await this.#look();
    const settled = version === this.#seen;
    this.#seen = version;
    if (!settled || version === this.#version) return false;
    server.setSecureContext(await this.read());
    return true;
  }

  async #look(): Promise<string> {
    const { certFile, keyFile, caFile } = this.#config;
    const looks = [certFile, keyFile, caFile].map(async (path) => {
      if (path === undefined) return '';
      try {
        const { ino, size, mtimeNs } = await stat(resolve(this.#folder, path), { bigint: true });
        return `${ino}:${size}:${mtimeNs}`;
      } catch (error) {
        return String((error as NodeJS.ErrnoException).code);
      }
    });
    return (await Promise.all(looks)).join(' ');
  }

  async #pem(key: 'certFile' | 'keyFile' | 'caFile'): Promise<Buffer> {
    const { name, [key]: path } = this.#config;
    if (path === undefined) {
      throw new IngestError('SKP_INGEST_TLS', `listener ${name} has no ${key}`, {
        hint: `set ${key} to the path of a PEM file`,
      });
    }
    const full = resolve(this.#folder, path);
    try {
      return await readFile(full);
    } catch (cause) {
      throw new IngestError(
        'SKP_INGEST_TLS',
        `listener ${name} cannot read ${key} ${full}: ${(cause as Error).message}`,
        {
          hint: 'the path is relative to the configuration folder; the file must be readable by this user',
          cause,
        },
      );
    }
  }
}
