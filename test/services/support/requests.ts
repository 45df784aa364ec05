/** Requests in JSON to a server of a test. A path that is not there is answered like others; any other refusal rejects. */
export function requestsTo(url: string) {
  return async (method: string, where: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(url + where, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    if (!response.ok && response.status !== 404) throw new Error(`${method} ${where}: ${text}`);
    return text === '' ? null : JSON.parse(text);
  };
}
