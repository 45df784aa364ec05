import type * as z from 'zod';

/** The schema of an engine that has no options. */
export async function nothing(): Promise<z.ZodObject> {
  const { strictObject } = await import('zod');
  return strictObject({});
}
