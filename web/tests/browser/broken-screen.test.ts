/** Screens that cannot be shown: the code did not load, or the object does not exist. */
import { expect, test } from 'vitest';
import { ECONOMIST, GATEKEEPER } from './kreis';
import { setUp } from './set-up';
import { READ_MS } from './visitor';

const { visit } = setUp();

test('a screen that could not be loaded is there at the next try', async () => {
  const visitor = await visit('/', { as: ECONOMIST });
  const { page } = visitor;
  await page.getByRole('grid').waitFor();
  const code = '**/assets/activity-page-*.js';
  await page.route(code, (route) => route.abort());
  await page.getByRole('link', { name: 'Activity' }).click();
  await page.getByRole('heading', { name: 'This cannot be shown' }).waitFor();
  await page.unroute(code);
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('heading', { level: 1, name: 'Activity' }).waitFor();
  await visitor.leave();
});

test('a KPI or a user that does not exist leads back instead of asking again', async () => {
  const visitor = await visit('/', { as: GATEKEEPER });
  const { page } = visitor;
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  for (const address of ['/kpis/999999', '/admin/users/999999']) {
    await page.goto(address);
    await page.getByRole('heading', { level: 1, name: 'This cannot be shown' }).waitFor();
    expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(0);
  }
  await page.getByRole('link', { name: 'To the overview' }).click();
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await visitor.leave();
});

test.for([
  {
    locale: 'en-GB',
    fault: 'Something went wrong in this page. Values that you typed are kept.',
    reload: 'Reload the page',
  },
  {
    locale: 'de-CH',
    fault: 'Auf dieser Seite ist etwas schiefgegangen. Werte, die Sie eingegeben haben, bleiben erhalten.',
    reload: 'Seite neu laden',
  },
])(
  'a fault of the page is not called one of the connection, and keeps what was typed: $locale',
  async (words) => {
    const visitor = await visit('/enter?month=2013-01', { as: ECONOMIST, locale: words.locale });
    const { page } = visitor;
    const cell = page.getByRole('textbox', { name: 'consultations' });
    await cell.click();
    await page.waitForTimeout(READ_MS);
    await page.keyboard.type('64');
    await page.evaluate(() => {
      Intl.ListFormat.prototype.format = () => {
        throw new Error('a fault');
      };
    });
    await page.keyboard.type('0');
    await page.getByText(words.fault).waitFor();
    await page.getByRole('button', { name: words.reload }).click();
    await cell.waitFor();
    expect(await cell.inputValue()).toBe('640');
    await visitor.leave();
  },
);
