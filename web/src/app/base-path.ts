/**
 * Path the pages are served under, with a slash at both ends. Every page's route is one segment below it (`/alerts`), so
 * the base is the folder of the address the document was loaded from; no server has to write it into the page.
 */
export const basePath: string =
  typeof document === 'undefined' ? '/' : new URL('.', document.baseURI).pathname;
