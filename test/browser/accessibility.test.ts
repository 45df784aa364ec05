import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, noBrowser, signIn } from './browser.ts';
import { type RunningProgram, startProgram, syslogLine } from './program.ts';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The part of axe's results that is told. */
interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
  }[];
}

/** Each breach of WCAG 2.2 A and AA as one line. */
async function breaches(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate<AxeResults>(
    "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })",
  );
  return violations.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id}: ${node.html.slice(0, 160)} ${node.failureSummary ?? ''}`),
  );
}

describe.skipIf(noBrowser !== null).each(['dark', 'light'] as const)('accessibility, %s', (colorScheme) => {
  let program: RunningProgram;
  let browser: Browser;

  beforeAll(async () => {
    [program, browser] = await Promise.all([startProgram(), launchBrowser()]);
    await program.send(['one', 'two', 'three'].map((word) => syslogLine(`alarm ${word}`)));
  });
  afterAll(async () => {
    await browser?.close();
    await program?.stop();
  });

  it('the sign-in page has no breach', async () => {
    const page = await browser.newPage({ colorScheme });
    await page.goto(program.url);
    await page.getByLabel('User name').waitFor();
    expect(await breaches(page)).toEqual([]);
    await page.close();
  });

  it.each([1440, 420])('the list, the drawer and the dialogs have none, %d pixels wide', async (width) => {
    const { page, context } = await signIn(browser, program, { colorScheme, width });
    const found: Record<string, string[]> = {};
    await page.getByRole('row', { name: 'alarm two' }).waitFor();
    found['list'] = await breaches(page);

    await page.getByRole('row', { name: 'alarm two' }).click();
    await page.getByRole('region', { name: 'Fields' }).waitFor();
    found['drawer'] = await breaches(page);
    await page.keyboard.press('Escape');

    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    found['help'] = await breaches(page);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });

    await page.keyboard.press('ControlOrMeta+k');
    await page.getByRole('combobox', { name: 'Find an action' }).waitFor();
    found['palette'] = await breaches(page);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });

    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByRole('textbox', { name: 'Find a field' }).waitFor();
    found['columns'] = await breaches(page);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Last 24 hours' }).click();
    await page.getByRole('textbox', { name: 'From' }).waitFor();
    found['time'] = await breaches(page);
    expect(found).toEqual({ list: [], drawer: [], help: [], palette: [], columns: [], time: [] });
    await context.close();
  });
});
