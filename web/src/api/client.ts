import { basePath } from '../app/base-path.ts';
import type { WireProblem } from './wire.ts';

/** An answer of the server that is not a success, or no answer at all (`status` 0). */
export class ApiError extends Error {
  readonly status: number;
  readonly problem: WireProblem;

  constructor(status: number, problem: WireProblem) {
    super(problem.message);
    this.name = 'ApiError';
    this.status = status;
    this.problem = problem;
  }
}

const lostListeners = new Set<() => void>();

/** Calls `listener` whenever the server says that nobody is signed in. Returns how to stop that. */
export function onSessionLost(listener: () => void): () => void {
  lostListeners.add(listener);
  return () => lostListeners.delete(listener);
}

export interface ApiRequest {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  body?: unknown;
  signal?: AbortSignal;
}

/** Address of an API path (`search/search`), under whatever base path the pages were served from. */
export function apiUrl(path: string): string {
  return `${basePath}api/v1/${path}`;
}

/** Calls the API and returns its JSON; throws `ApiError` otherwise. The shape is the contract's word (`src/api/contract.ts`). */
export async function callApi<T>(path: string, request: ApiRequest = {}): Promise<T> {
  const init: RequestInit = {
    method: request.method ?? 'GET',
    credentials: 'same-origin',
    // A header that a cross-site form cannot set: lets the server refuse forged requests.
    headers: { accept: 'application/json', 'x-requested-with': 'skopos' },
  };
  if (request.body !== undefined) {
    init.headers = { ...init.headers, 'content-type': 'application/json' };
    init.body = JSON.stringify(request.body);
  }
  if (request.signal) init.signal = request.signal;

  let response: Response;
  try {
    response = await fetch(apiUrl(path), init);
  } catch (error) {
    if (request.signal?.aborted) throw error;
    throw new ApiError(0, {
      code: 'SKP_WEB_UNREACHABLE',
      message: 'The server did not answer.',
      hint: 'Check that Skopos is running and that this machine reaches it.',
    });
  }
  if (response.ok) return (response.status === 204 ? null : await response.json()) as T;
  if (response.status === 401 && path !== 'session') for (const listener of lostListeners) listener();
  throw new ApiError(response.status, await readProblem(response));
}

async function readProblem(response: Response): Promise<WireProblem> {
  try {
    const body: unknown = await response.json();
    if (typeof body === 'object' && body !== null) {
      const { code, message, hint, position } = body as Record<string, unknown>;
      return {
        code: typeof code === 'string' ? code : `HTTP ${response.status}`,
        message: typeof message === 'string' ? message : `The server answered ${response.status}.`,
        ...(typeof hint === 'string' && { hint }),
        ...(typeof position === 'number' && { position }),
      };
    }
  } catch {
    // Not JSON (a proxy's page, say): the status is all there is to tell.
  }
  return { code: `HTTP ${response.status}`, message: `The server answered ${response.status}.` };
}
