import * as z from 'zod';

/** See `Secret`. */
export const secretSchema = z
  .union(
    [
      z.string().min(1),
      z.strictObject({ env: z.string().min(1) }),
      z.strictObject({ file: z.string().min(1) }),
    ],
    {
      error: 'a text, { "env": "NAME" } or { "file": "path" }',
    },
  )
  .describe('A text, or where to read it: { "env": "NAME" } or { "file": "path" }.');
