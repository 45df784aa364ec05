/** A headless Chromium for the tests. `SKOPOS_CHROMIUM` names another than the system's. */
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import type { RunningProgram } from './program.ts';

const executablePath =
  process.env['SKOPOS_CHROMIUM'] ??
  ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);

export const noBrowser =
  executablePath === undefined ? 'There is no Chromium: install it, or name it in SKOPOS_CHROMIUM.' : null;

if (noBrowser !== null) console.warn(`${noBrowser} The browser tests are skipped.`);

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    ...(executablePath !== undefined && { executablePath }),
    headless: true,
    // Without these Chromium looks for hosts of its maker at every start.
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

export interface SignedIn {
  readonly context: BrowserContext;
  readonly page: Page;
  /** What the page complained about: uncaught errors, and the console's (a refused policy is one). */
  readonly complaints: string[];
}

export async function signIn(
  browser: Browser,
  program: RunningProgram,
  options: { colorScheme?: 'light' | 'dark'; width?: number; path?: string } = {},
): Promise<SignedIn> {
  const context = await browser.newContext({
    colorScheme: options.colorScheme ?? 'dark',
    viewport: { width: options.width ?? 1440, height: 900 },
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    // "Nobody is signed in" is what the sign-in page is for.
    if (message.type() === 'error' && !message.text().includes('401')) complaints.push(message.text());
  });
  await page.goto(program.url + (options.path ?? ''));
  await page.getByLabel('User name').fill(program.username);
  await page.getByLabel('Password', { exact: true }).fill(program.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Alerts', level: 1 }).waitFor({ state: 'attached' });
  return { context, page, complaints };
}
