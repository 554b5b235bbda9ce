/** The line above the grid: how many values are saved, in question, and not saved yet. */
import { expect, test } from 'vitest';
import { cellOf, inBothLanguages, setUpMonths } from './month-entry';
import { gate } from './visitor';

const { kreis, months, entering } = setUpMonths();

const ENGLISH = {
  locale: 'en-CH',
  all: 'All 4 values are in. Thank you!',
  some: (entered: number) => `${entered} of 4 values are in.`,
  asked: (count: number) => `${count} please check.`,
  unsaved: (count: number) => `${count} not saved yet.`,
  slow: 'The server takes longer than usual.',
  still: 'still saving …',
  saved: '✓ saved',
};
const GERMAN: typeof ENGLISH = {
  locale: 'de-CH',
  all: 'Alle 4 Werte sind erfasst. Danke!',
  some: (entered: number) => `${entered} von 4 erfasst.`,
  asked: (count: number) => `${count} bitte prüfen.`,
  unsaved: (count: number) => `${count} noch nicht gespeichert.`,
  slow: 'Der Server braucht länger als üblich.',
  still: 'wird noch gespeichert …',
  saved: '✓ gespeichert',
};
const LANGUAGES = inBothLanguages(ENGLISH, GERMAN);
const FULL = { consultations: 690, reachability: 81, donations: 104_000, 'new members': 33 };

test.for(LANGUAGES)(
  'not all values are in while one is typed, asked about or refused, in $words.locale',
  async ({ words, year }) => {
    const month = `${year}-02`;
    await months.fill(`${year}-01`, { consultations: 690 });
    await months.fill(month, FULL);
    const visitor = await entering(month, { locale: words.locale });
    const { page } = visitor;
    await page.getByText(words.all).waitFor();

    const consultations = cellOf(visitor, 'consultations');
    await consultations.fill('69');
    await page.getByText(words.some(4)).waitFor();
    await page.getByText(words.unsaved(1)).waitFor();
    await consultations.press('Enter');
    await page.getByText(words.asked(1)).waitFor();
    await page.getByText(words.unsaved(1)).waitFor({ state: 'hidden' });
    const reachability = cellOf(visitor, 'reachability');
    await reachability.fill('101');
    await reachability.press('Enter');
    await page.getByText(words.asked(2)).waitFor();
    expect(await page.getByText(words.all).count()).toBe(0);

    await consultations.press('Escape');
    await reachability.press('Escape');
    await page.getByText(words.all).waitFor();
    await visitor.leave();
  },
);

test.for(LANGUAGES)(
  'a server that does not answer is named after three seconds, in $words.locale',
  async ({ words, year }) => {
    const month = `${year}-04`;
    await months.fill(month, FULL);
    const visitor = await entering(month, { locale: words.locale });
    const { page } = visitor;
    const cell = cellOf(visitor, 'consultations');
    kreis.pause();
    try {
      await cell.fill('697');
      await cell.press('Enter');
      await page.getByText(words.unsaved(1)).waitFor();
      await page.waitForTimeout(2_000);
      expect(await page.getByText(words.slow).count()).toBe(0);
      await page.getByRole('status').getByText(words.slow).waitFor({ timeout: 2_000 });
      await page.getByText(words.still).waitFor();
      expect(await page.getByText(words.all).count()).toBe(0);
      await visitor.inspect('enter-slow');
    } finally {
      kreis.goOn();
    }
    await page.getByText(words.saved).waitFor();
    await page.getByText(words.all).waitFor();
    expect(await page.getByText(words.slow).count()).toBe(0);
    expect(await months.numbers(month)).toEqual({ ...FULL, consultations: 697 });
    await visitor.leave();
  },
);

test.for(LANGUAGES)(
  'a number that is saved while its cell has the keyboard again stays selected, in $words.locale',
  async ({ words, year }) => {
    const visitor = await entering(`${year}-05`, { locale: words.locale });
    const { page } = visitor;
    const cell = cellOf(visitor, 'donations');
    const arrived = gate();
    const released = gate();
    await page.route('**/RecordKpiValue', async (route) => {
      arrived.open();
      await released.passed;
      await route.continue();
    });
    await cell.fill('104296');
    await cell.press('Enter');
    await arrived.passed;
    await page.keyboard.press('ArrowUp');
    released.open();
    await page.getByText(words.saved).waitFor();
    // The typed text replaces the number, which is shown in the chosen format.
    expect(await cell.inputValue()).toMatch(/^104.296$/);
    await page.keyboard.type('105');
    expect(await cell.inputValue()).toBe('105');
    await visitor.leave();
  },
);

test('what is read out does not change from key to key', async () => {
  const visitor = await entering('2013-02', { locale: 'en-CH' });
  const { page } = visitor;
  await page.getByText(ENGLISH.some(0)).waitFor();
  await page.evaluate(() => {
    const heard: string[] = [];
    Object.assign(window, { heard });
    for (const status of document.querySelectorAll('[role="status"]')) {
      new MutationObserver(() => heard.push(status.textContent ?? '')).observe(status, {
        subtree: true,
        childList: true,
        characterData: true,
      });
    }
  });
  const heard = () => page.evaluate(() => (window as unknown as { heard: string[] }).heard);
  await cellOf(visitor, 'consultations').focus();
  await page.keyboard.type('690');
  await page.getByText(ENGLISH.unsaved(1)).waitFor();
  expect(await heard()).toEqual([]);
  await page.keyboard.press('Enter');
  await page.getByText(ENGLISH.some(1)).waitFor();
  expect(new Set(await heard())).toEqual(new Set([ENGLISH.some(1)]));
  await visitor.leave();
});
