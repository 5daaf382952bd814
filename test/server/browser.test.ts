import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
// biome-ignore lint/correctness/noUnresolvedImports: it is CommonJS, whose names the linter does not see
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ledgerOf, newFolder, SAMPLES } from '../program/program.ts';
import { served } from '../program/served.ts';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const hasBrowser = existsSync(CHROMIUM);
if (!hasBrowser) console.info(`no browser at ${CHROMIUM}: what it proves is left out of this run`);

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const FLAGS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];
/** Asked, the page and a word that only it has. */
const PAGES = [
  ['/', 'Models'],
  ['/?q=gpt&sort=input-price-low-to-high&supported_parameters=tools&as_of=2026-05-20', 'Models'],
  ['/?limit=x', 'Models'],
  ['/models/deepseek/deepseek-v4-pro?prompt_tokens=12k&completion_tokens=800', 'DeepSeek'],
  ['/models/qwen/qwen3.6-plus', 'Qwen'],
  ['/models/x-ai/grok-3', 'Grok'],
  ['/changes?all=true', 'Changes'],
  ['/compare?model=openai/gpt-5.5&model=qwen/qwen3.6-plus', 'Compare'],
  ['/compare', 'Compare'],
  ['/cost?model=openai/*&completion_tokens=800', 'What a text costs'],
  ['/trends?supported_parameters=tools', 'Trends'],
  ['/about', 'About this record'],
  ['/nothing', 'Not here'],
] as const;

describe.runIf(hasBrowser)('in a real browser', () => {
  let browser: Browser;
  let url: string;
  const clean: (() => void)[] = [];

  beforeAll(async () => {
    const whenOver = (action: () => void): void => void clean.push(action);
    const db = await ledgerOf(newFolder(whenOver), SAMPLES.length);
    ({ url } = await served(['--db', db], whenOver));
    browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  });
  afterAll(async () => {
    await browser.close();
    for (const action of clean.reverse()) action();
  });

  async function open(
    path: string,
    options: BrowserContextOptions = {},
  ): Promise<{ page: Page; hosts: Set<string>; errors: string[] }> {
    const page = await (await browser.newContext({ reducedMotion: 'reduce', ...options })).newPage();
    const [hosts, errors] = [new Set<string>(), [] as string[]];
    page.on('request', (request) => {
      if (!request.url().startsWith('data:')) hosts.add(new URL(request.url()).origin);
    });
    page.on('console', (message) => {
      if (!/status of 404/.test(message.text())) errors.push(message.text());
    });
    page.on('pageerror', (error) => errors.push(String(error)));
    await page.goto(url + path);
    return { page, hosts, errors };
  }

  it.each(PAGES)('%s is whole on a narrow screen and asks nobody else', async (path, title) => {
    const { page, hosts, errors } = await open(path, { viewport: { width: 320, height: 800 }, colorScheme: 'dark' });
    expect(await page.locator('h1').innerText()).toContain(title);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    expect([[...hosts], errors]).toEqual([[url], []]);
    await page.context().close();
  });

  it.each(['/', '/changes'])('%s breaks no name into bits on a narrow screen, and stays a table', async (path) => {
    const { page } = await open(path, { viewport: { width: 320, height: 800 } });
    const widths = await page.locator('tbody .name').evaluateAll((cells) => cells.map((cell) => cell.clientWidth));
    expect(Math.min(...widths)).toBeGreaterThan(200);
    expect(await page.getByRole('row').count()).toBeGreaterThan(widths.length);
    expect(await page.getByRole('columnheader', { name: 'Model' }).first().isVisible()).toBe(true);
    await page.context().close();
  });

  it.each(PAGES)('%s has nothing that axe finds, light or dark', async (path) => {
    // The page's own policy allows no script but its own.
    const { page } = await open(path, { bypassCSP: true, viewport: { width: 1400, height: 900 } });
    await page.addScriptTag({ content: AXE });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const found: { violations: { id: string; nodes: { html: string }[] }[] } = await page.evaluate('axe.run()');
      expect(found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    }
    await page.context().close();
  });

  it.each([true, false])('the list is filtered by its form, with a script: %s', async (javaScriptEnabled) => {
    const { page } = await open('/', { javaScriptEnabled });
    const before = await page.locator('tbody tr').count();
    await page.getByRole('searchbox', { name: 'Search' }).fill('qwen');
    await page.getByRole('button', { name: 'Show' }).click();
    await page.waitForURL(/q=qwen/);
    expect(await page.locator('tbody tr').count()).toBeLessThan(before);
    expect((await page.locator('tbody .id').allInnerTexts()).every((id) => id.includes('qwen'))).toBe(true);
    // What was left empty is only left out where a script runs.
    expect(page.url() === `${url}/?q=qwen`).toBe(javaScriptEnabled);
    await page.getByRole('link', { name: 'In', exact: true }).click();
    await page.waitForURL(/sort=input-price-low-to-high/);
    expect(await page.locator('th[aria-sort=ascending]').innerText()).toMatch(/^In/);
    await page.context().close();
  });

  it('is used by keyboard alone', async () => {
    const { page } = await open('/');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent.trim()')).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.name')).toBe('q');
    await page.keyboard.type('qwen3.6-plus');
    await page.keyboard.press('Enter');
    await page.waitForURL(/q=qwen/);
    for (let tabs = 0; tabs < 60; tabs += 1) {
      await page.keyboard.press('Tab');
      if (String(await page.evaluate('document.activeElement.href')).endsWith('/models/qwen/qwen3.6-plus')) break;
    }
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/models\/qwen\/qwen3\.6-plus$/);
    await page.context().close();
  });

  it('bills a request by its form', async () => {
    const { page } = await open('/models/qwen/qwen3.6-plus');
    await page.getByLabel('prompt tokens', { exact: true }).fill('1M');
    await page.getByLabel('completion tokens').fill('0');
    await page.getByRole('button', { name: 'Bill it' }).click();
    await page.waitForURL(/prompt_tokens=1M/);
    expect(await page.locator('tfoot').innerText()).toContain('$1.');
    await page.context().close();
  });

  it.each([true, false])('counts a typed text by a form, with a script: %s', async (javaScriptEnabled) => {
    const { page } = await open('/models/qwen/qwen3.6-plus', { javaScriptEnabled, bypassCSP: true });
    await page.locator('summary', { hasText: 'Count a text' }).click();
    await page.getByLabel('Text, or a chat').fill('Hello,\nworld');
    await page.getByLabel('Tokens of the answer').fill('1k');
    await page.getByRole('button', { name: 'Count and bill' }).click();
    await page.waitForURL(/\/cost#result$/);
    expect(await page.locator('tbody tr').innerText()).toMatch(
      /^qwen\/qwen3\.6-plus\s+\d to \d\s+\$0\.00\d+ to \$0\.00\d+/,
    );
    expect(await page.locator('.count').innerText()).toBe('The text, 12 characters.');
    expect(await page.locator('textarea').inputValue()).toBe('Hello,\nworld');
    await page.getByLabel('Models or patterns').fill('qwen/*, gpt-5.5');
    await page.getByRole('button', { name: 'Count and bill' }).click();
    await page.waitForFunction('document.querySelectorAll("tbody tr").length > 1');
    if (javaScriptEnabled) {
      await page.addScriptTag({ content: AXE });
      const found: { violations: { id: string }[] } = await page.evaluate('axe.run()');
      expect(found.violations).toEqual([]);
      await page.setViewportSize({ width: 360, height: 800 });
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
      const table = page.locator('table.costs').locator('..');
      expect(await table.evaluate((box) => box.scrollWidth - box.clientWidth)).toBe(0);
    }
    await page.context().close();
  });
});
