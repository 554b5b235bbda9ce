/**
 * Takes the pictures of the README from a demo that has just been filled, such as one of `make run` with an
 * empty `KREIS_DATA_DIR`. Run it with `npm run pictures`, look at the pictures, and commit them.
 * `KREIS_SERVER` names another address than that of `make run`.
 */
import { join, resolve } from 'node:path';
import { chromium } from 'playwright-core';

const IMAGES = resolve(import.meta.dirname, '../../docs/images');
const DEMO = process.env.KREIS_SERVER ?? 'http://127.0.0.1:8080';
/** A refused tenfold number: the person would read the question for longer. */
const READ_MS = 1_000;

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium-headless-shell',
  args: ['--no-sandbox', '--disable-gpu'],
});
const context = await browser.newContext({ baseURL: DEMO, locale: 'en-GB', reducedMotion: 'reduce' });
const page = await context.newPage();

/** The pointer rests where it highlights nothing. `height` in pixels; absent for the whole page. */
async function take(name, height) {
  await page.mouse.move(0, 0);
  const path = join(IMAGES, `${name}.png`);
  if (height === undefined) return page.screenshot({ path, fullPage: true });
  await page.setViewportSize({ width: page.viewportSize().width, height });
  return page.screenshot({ path });
}

await page.setViewportSize({ width: 1440, height: 900 });
await page.goto('/?circle=all');
await page.getByLabel('E-mail').fill('economist@example.org');
await page.getByLabel('Password', { exact: true }).fill('kreis-demo-only');
await page.getByRole('button', { name: 'Sign in' }).click();
await page.getByRole('grid').waitFor();
const due = page.getByRole('main').getByRole('link', { name: /values due for/ });
await due.waitFor();
await take('overview');

await page.setViewportSize({ width: 1280, height: 800 });
await page.getByRole('rowheader', { name: 'donations' }).getByRole('link').click();
await page.getByRole('heading', { level: 1, name: 'donations' }).waitFor();
await page.getByRole('img').first().waitFor();
await take('kpi', 1_000);

await page.getByRole('navigation').getByRole('link', { name: 'Enter values' }).click();
const cell = page.getByRole('textbox', { name: 'reachability' });
await cell.click();
await page.waitForTimeout(READ_MS);
await cell.fill('913');
await cell.press('Enter');
await page.getByText('Is it right?').waitFor();
await cell.focus();
await take('enter', 680);
await browser.close();
