export { confinedPath } from './confined.ts';
export { createGrok } from './grok.ts';
export { createHttp, type HttpOptions, type HttpService } from './http.ts';
export { createObjectStore } from './objects.ts';
export { isSpecialAddress } from './private-addresses.ts';
