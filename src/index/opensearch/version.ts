import { IndexError } from '../errors.ts';
import { objectAt, textAt } from '../remote/json.ts';
import type { Server } from './client.ts';

/** @throws IndexError SKP_INDEX_SERVER for a server that is none of these or too old. */
export async function checkVersion(server: Server): Promise<string> {
  const { status, body } = await server.request('GET', '/', { allow: [405] });
  // A server without that page: a distribution that was made for tests.
  if (status === 405) return 'unknown';
  const version = objectAt(body, 'version');
  const number = textAt(version, 'number') ?? '';
  const isOpensearch = textAt(version, 'distribution') === 'opensearch';
  const [major = 0, minor = 0] = number.split('.').map(Number);
  const fits = isOpensearch ? major >= 1 : major > 7 || (major === 7 && minor >= 10);
  if (!fits) {
    throw new IndexError(
      'SKP_INDEX_SERVER',
      `the server is ${number === '' ? 'neither OpenSearch nor Elasticsearch' : `${isOpensearch ? 'OpenSearch' : 'Elasticsearch'} ${number}`}`,
      { hint: 'OpenSearch 2.19 or 3.x, or Elasticsearch from 7.10 on, is needed.' },
    );
  }
  return `${isOpensearch ? 'OpenSearch' : 'Elasticsearch'} ${number}`;
}
