/** Where `ingestFiles` puts records: into the bus of this process, or over HTTP into that of a running server. */
import type { Appender } from './appender.ts';
import { IngestError } from './errors.ts';
import type { FileSink } from './files.ts';
import { HEADER } from './headers.ts';
import { encodeLengths, RECORDS_TYPE } from './length-splitter.ts';

/** Appends to the bus; resolves once the records are durable. */
export function appenderSink(appender: Appender, listener = 'files'): FileSink {
  return async ({ sensor, path, records, oversize }) => {
    const headers = { [HEADER.listener]: listener, [HEADER.filePath]: path };
    const timestamp = Date.now();
    if (records.length > 0) {
      await appender.append(
        sensor,
        records.map((value) => ({ value, headers, timestamp })),
      );
    }
    await appender.appendErrors(
      oversize.map(({ prefix, totalBytes }) => ({
        sensor,
        value: prefix,
        reason: 'too_long',
        message: `record of ${totalBytes} bytes in ${path}`,
        headers,
        timestamp,
        totalBytes,
      })),
    );
  };
}

export interface HttpSinkOptions {
  /** Address of the server, `http://127.0.0.1:8080`. */
  readonly server: string;
  /** What authorises the request, as request headers. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** How often a server that is behind is asked again (default 100). */
  readonly maxRetries?: number;
}

/** Posts to a running server; waits and tries again while that says 429 or 503. */
export function httpSink(options: HttpSinkOptions): FileSink {
  return async ({ sensor, records, oversize }) => {
    let body = [...records, ...oversize.map(({ prefix }) => prefix)];
    for (let tried = 0; ; tried++) {
      const response = await fetch(new URL(`/api/v1/ingest/${encodeURIComponent(sensor)}`, options.server), {
        method: 'POST',
        headers: { ...options.headers, 'content-type': RECORDS_TYPE },
        body: new Uint8Array(encodeLengths(body)),
        ...(options.signal === undefined ? {} : { signal: options.signal }),
      });
      if (response.ok) return;
      const answer = (await response.json().catch(() => ({}))) as Record<string, unknown>;
      const retry = response.status === 429 || response.status === 503;
      if (!retry || tried >= (options.maxRetries ?? 100)) {
        const message =
          typeof answer['message'] === 'string' ? answer['message'] : `status ${response.status}`;
        const hint = typeof answer['hint'] === 'string' ? { hint: answer['hint'] } : {};
        throw new IngestError(
          'SKP_INGEST_REFUSED',
          `the server at ${options.server} refused records: ${message}`,
          hint,
        );
      }
      // What it stored already must not be sent again.
      body = body.slice(Number(answer['accepted'] ?? 0) + Number(answer['rejected'] ?? 0));
      const seconds = Number(response.headers.get('retry-after') ?? 1);
      await new Promise((resolve) => setTimeout(resolve, Math.min(seconds, 10) * 1000));
    }
  };
}
