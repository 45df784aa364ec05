import { useState } from 'react';

/** The newest value there has been: what is shown stays while its successor is on the way, and when that fails. */
export function useKept<T>(value: T | undefined): T | undefined {
  const [kept, setKept] = useState(value);
  // Set while rendering (React's way to derive state), so that no frame shows the old value beside a new one.
  if (value !== undefined && value !== kept) setKept(value);
  return value ?? kept;
}
