import type { HttpResponse } from '../capabilities.ts';
import { toBoolean, toInteger } from '../convert.ts';
import { argumentError, StellarError, typeError } from '../errors.ts';
import type { Capabilities, StellarFunction } from '../expression.ts';
import { describe, isMap, isRecord, mapEntries, textOf, toPlain } from '../values.ts';
import { absent, elements, needed, stringArgument } from './arguments.ts';
import { optional, parameter } from './define.ts';
import { parseJson } from './json.ts';

/** Services that speak JSON over HTTP. Which hosts may be asked is up to the capability. */

const many = Number.POSITIVE_INFINITY;

type Method = 'GET' | 'POST';
type Settings = ReadonlyMap<string, unknown>;

const defaults: Readonly<Record<string, unknown>> = {
  timeout: 1000,
  'response.codes.allowed': [200],
  'empty.content.override': null,
  'error.value.override': null,
  'verify.content.length': false,
  'enforce.json': true,
};

/** Later ones win: defaults, the global settings of both, those of the method, the argument. */
function settingsOf(name: string, method: Method, capabilities: Capabilities, config: unknown): Settings {
  const settings = new Map<string, unknown>(Object.entries(defaults));
  const global = capabilities.globalConfig?.() ?? {};
  for (const key of ['stellar.rest.settings', `stellar.rest.${method.toLowerCase()}.settings`]) {
    const written = Object.hasOwn(global, key) ? global[key] : undefined;
    if (isRecord(written))
      for (const [setting, value] of Object.entries(written)) settings.set(setting, value);
  }
  if (absent(config)) return settings;
  if (!isMap(config)) throw typeError(`${name} needs a map as 'config', not ${describe(config)}`);
  for (const [setting, value] of mapEntries(config)) settings.set(textOf(setting), value);
  return settings;
}

function withQuery(name: string, url: string, query: unknown): string {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw argumentError(`${name} needs a URL, not ${describe(url)}`);
  }
  if (absent(query)) return parsed.href;
  if (!isMap(query)) throw typeError(`${name} needs a map as 'query', not ${describe(query)}`);
  for (const [key, value] of mapEntries(query)) {
    if (typeof value !== 'string')
      throw typeError(`${name} needs strings in 'query', not ${describe(value)} for ${textOf(key)}`);
    parsed.searchParams.append(textOf(key), value);
  }
  return parsed.href;
}

async function request(
  name: string,
  method: Method,
  capabilities: Capabilities,
  [urlArgument, bodyOf, config, query]: readonly [
    unknown,
    (settings: Settings) => string | null,
    unknown,
    unknown,
  ],
): Promise<unknown> {
  const http = needed(name, capabilities, 'http');
  const settings = settingsOf(name, method, capabilities, config);
  const body = bodyOf(settings);
  const url = withQuery(name, stringArgument(name, 'url', urlArgument), query);
  const failed = settings.get('error.value.override') ?? null;
  let response: HttpResponse;
  try {
    response = await http.request({
      method,
      url,
      headers: {
        accept: 'application/json',
        ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
      },
      body,
      settings: plainSettings(settings),
    });
  } catch (error) {
    if (error instanceof StellarError) throw error;
    return failed;
  }
  const allowed = [...(elements(settings.get('response.codes.allowed')) ?? [200])].map(toInteger);
  if (!allowed.includes(response.status)) return failed;
  if (
    toBoolean(settings.get('verify.content.length')) === true &&
    response.contentLength !== null &&
    response.contentLength !== response.bytes
  )
    return failed;
  if (response.body.trim() === '') return settings.get('empty.content.override') ?? null;
  const parsed = parseJson(name, response.body);
  if (isMap(parsed)) return parsed;
  throw argumentError(`${name} needs a JSON object as the answer, not ${describe(parsed)}`);
}

function plainSettings(settings: Settings): Record<string, unknown> {
  return Object.fromEntries(Array.from(settings, ([key, value]) => [key, toPlain(value)]));
}

const settingsParameter = optional(
  'config',
  'map',
  'Settings over the global stellar.rest.settings: timeout (milliseconds, 1000), connect.timeout, socket.timeout, response.codes.allowed ([200]), empty.content.override, error.value.override, basic.auth.user, basic.auth.password.path, proxy.host, proxy.port, verify.content.length, enforce.json',
);
const queryParameter = optional('query', 'map', 'Names and texts that are added to the URL');
const answer = {
  type: 'map',
  description:
    'The JSON object of the answer. error.value.override (null) when the request failed, took too long or ended with another status; empty.content.override (null) for an empty answer',
} as const;

const restGet: StellarFunction = {
  name: 'REST_GET',
  category: 'rest',
  description:
    'Asks a service over HTTP. Only hosts that the global setting stellar.rest.allowed.hosts names are asked.',
  parameters: [parameter('url', 'string', 'The address, http or https'), settingsParameter, queryParameter],
  returns: answer,
  examples: [
    {
      expression: "MAP_GET('owner', REST_GET('https://assets.example/owner', {}, { 'ip' : ip }))",
      variables: { ip: '192.0.2.7' },
      result: 'ann',
    },
  ],
  pure: false,
  capability: 'http',
  async: true,
  arity: [1, many],
  call: (capabilities, url, config, query) =>
    request('REST_GET', 'GET', capabilities, [url, () => null, config, query]),
};

const restPost: StellarFunction = {
  name: 'REST_POST',
  category: 'rest',
  description:
    'Sends JSON to a service over HTTP. Only hosts that the global setting stellar.rest.allowed.hosts names are asked.',
  parameters: [
    parameter('url', 'string', 'The address, http or https'),
    parameter(
      'body',
      'map',
      'A map, or text that holds a JSON object (any text when enforce.json is false); null for nothing',
    ),
    settingsParameter,
    queryParameter,
  ],
  returns: answer,
  examples: [
    {
      expression: "REST_POST('https://assets.example/owner', { 'ip' : ip })",
      variables: { ip: '192.0.2.7' },
      result: { owner: 'ann' },
    },
  ],
  pure: false,
  capability: 'http',
  async: true,
  arity: [2, many],
  call: (capabilities, url, body, config, query) =>
    request('REST_POST', 'POST', capabilities, [url, (settings) => bodyText(body, settings), config, query]),
};

function bodyText(body: unknown, settings: Settings): string | null {
  if (absent(body)) return '';
  if (isMap(body)) return JSON.stringify(toPlain(body));
  const text = typeof body === 'string' ? body : textOf(body);
  if (toBoolean(settings.get('enforce.json')) === false) return text;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    parsed = undefined;
  }
  if (!isRecord(parsed)) {
    throw argumentError(
      `REST_POST needs a JSON object as 'body', not ${describe(body)}`,
      "set 'enforce.json' to false in the settings to send other text",
    );
  }
  return text;
}

export const restFunctions: readonly StellarFunction[] = [restGet, restPost];
