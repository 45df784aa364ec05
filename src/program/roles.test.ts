import { describe, expect, it } from 'vitest';
import { embedded } from '../engines/index.ts';
import { allRoles, checkRoles, readRoles } from './roles.ts';

const shared = { ...embedded, bus: { type: 'kafka', options: {} } };

describe('the roles of a process', () => {
  it('are read from a list', () => {
    expect([...readRoles('work, ingest')]).toEqual(['ingest', 'work']);
  });

  it.each(['', 'worker', 'ingest,'])('are refused as %j', (text) => {
    expect(() => readRoles(text)).toThrow(expect.objectContaining({ code: 'SKP_PROGRAM_ROLE' }));
  });

  it('are all of them where the log lies in the data folder', async () => {
    await checkRoles(allRoles, embedded);
    await expect(checkRoles(readRoles('ingest'), embedded)).rejects.toThrow(/lies in this one's data folder/);
  });

  it('part as they like where the log is shared, but for the search of an index in a data folder', async () => {
    for (const some of ['ingest', 'work', 'index', 'index,api', 'ingest,work'])
      await checkRoles(readRoles(some), shared);
    await expect(checkRoles(readRoles('ingest,api'), shared)).rejects.toMatchObject({
      code: 'SKP_PROGRAM_ROLE',
      hint: expect.stringContaining('--role index,api'),
    });
  });
});
