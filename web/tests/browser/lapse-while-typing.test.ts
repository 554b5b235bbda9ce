/** A session ends in the middle of a number. No unfinished number is saved. */
import type { Locator } from 'playwright-core';
import { expect, test } from 'vitest';
import { callerOf } from './caller';
import { ECONOMIST, GATEKEEPER, PASSWORD } from './kreis';
import { setUp } from './set-up';
import { READ_MS, type Visitor } from './visitor';

const { kreis, visit } = setUp();

const LANGUAGES = [
  {
    locale: 'en-GB',
    month: { year: 2019, month: 2 },
    ended: 'Your session has ended',
    notSaved: 'not saved yet',
    notYou: 'Not you? Sign out',
  },
  {
    locale: 'de-CH',
    month: { year: 2019, month: 3 },
    ended: 'Ihre Sitzung ist abgelaufen',
    notSaved: 'noch nicht gespeichert',
    notYou: 'Nicht Sie? Abmelden',
  },
];

async function entering(month: string, locale: string): Promise<[Visitor, string]> {
  const visitor = await visit(`/enter?month=${month}`, { locale });
  const authorization = await visitor.authorizationOf(() => visitor.signIn(ECONOMIST));
  await visitor.page.getByRole('textbox', { name: 'consultations' }).waitFor();
  await visitor.page.waitForTimeout(READ_MS);
  return [visitor, authorization];
}

/** The text of a field, with brackets around the cursor or selection. */
async function cursorIn(field: Locator): Promise<string> {
  return field.evaluate((input) => {
    if (!(input instanceof HTMLInputElement) || input !== document.activeElement) return 'no keyboard';
    const { value, selectionStart, selectionEnd } = input;
    return `${value.slice(0, selectionStart ?? 0)}[${value.slice(selectionStart ?? 0, selectionEnd ?? 0)}]${value.slice(selectionEnd ?? 0)}`;
  });
}

test.for(LANGUAGES)('a half-typed number stays half-typed over a new sign-in: $locale', async (words) => {
  const { locale, month, ended, notSaved, notYou } = words;
  const { valueFor, changesOf } = await callerOf(kreis.url, GATEKEEPER);
  const [visitor, authorization] = await entering(`2019-0${month.month}`, locale);
  const { page } = visitor;
  const dialogue = page.getByRole('dialog', { name: ended });
  const first = page.getByRole('textbox', { name: 'donations' });
  const second = page.getByRole('textbox', { name: 'new members' });
  await kreis.endSession(authorization);

  await first.focus();
  await page.keyboard.type('104000');
  await page.keyboard.press('Enter');
  await second.focus();
  await page.keyboard.type('1');
  // A pause within a number is shorter than the pause after it.
  await page.waitForTimeout(700);
  expect(await dialogue.count()).toBe(0);
  await page.keyboard.type('5');

  await dialogue.waitFor();
  await page.keyboard.type('93', { delay: 90 });
  const password = dialogue.getByLabel(visitor.words.password, { exact: true });
  expect(await dialogue.getByLabel(visitor.words.email).inputValue()).toBe(ECONOMIST);
  expect(await cursorIn(password)).toBe('[]');
  // The screen is hidden from view and from screen readers.
  expect(await page.getByRole('table').count()).toBe(0);
  expect(await page.getByText('donations').isVisible()).toBe(false);
  await dialogue.getByRole('button', { name: notYou }).waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await visitor.inspect(`session-ended-${locale}`);

  await page.waitForTimeout(READ_MS);
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
  await dialogue.waitFor({ state: 'hidden' });
  await expect.poll(() => cursorIn(second)).toBe('15[]');
  await page.getByText(notSaved, { exact: true }).waitFor();
  await expect.poll(() => changesOf('donations', month)).toEqual(['Emil Rossi 104000']);
  expect(await valueFor('new members', month)).toBeUndefined();

  await page.keyboard.type('0');
  await page.keyboard.press('Enter');
  await expect.poll(() => changesOf('new members', month)).toEqual(['Emil Rossi 150']);
  await visitor.leave();
});

test('only an own key or pointer says that a number is finished', async () => {
  const { valueFor } = await callerOf(kreis.url, GATEKEEPER);
  const month = { year: 2019, month: 4 };
  const [visitor] = await entering('2019-04', 'en-GB');
  const { page } = visitor;
  const cell = page.getByRole('textbox', { name: 'consultations' });
  const notSaved = page.getByText('not saved yet', { exact: true });
  await cell.focus();
  await page.keyboard.type('6');

  // The cell loses the focus to another window, a dialogue and a script.
  await cell.evaluate((input) => {
    if (input instanceof HTMLInputElement) input.blur();
  });
  await notSaved.waitFor();
  await page.evaluate(() => {
    const dialogue = document.body.appendChild(document.createElement('dialog'));
    dialogue.showModal();
    dialogue.remove();
  });
  await notSaved.waitFor();
  expect(await valueFor('consultations', month)).toBeUndefined();
  await visitor.leave();
});

test.for(['click', 'Tab', 'ArrowDown'])('a number is saved when the person leaves it by %s', async (way) => {
  const { valueFor } = await callerOf(kreis.url, GATEKEEPER);
  const month = { year: 2019, month: 5 + ['click', 'Tab', 'ArrowDown'].indexOf(way) };
  const [visitor] = await entering(`2019-0${month.month}`, 'en-GB');
  const { page } = visitor;
  await page.getByRole('textbox', { name: 'consultations' }).focus();
  await page.keyboard.type('640');
  if (way === 'click') await page.getByRole('heading', { name: 'Enter values' }).click();
  else await page.keyboard.press(way);
  await page.getByText('✓ saved').waitFor();
  expect((await valueFor('consultations', month))?.value).toBe(640);
  await visitor.leave();
});

test('a number is saved when a touch keyboard is closed with its own button', async () => {
  const { valueFor } = await callerOf(kreis.url, GATEKEEPER);
  const visitor = await visit('/enter?month=2019-08', { as: ECONOMIST, touch: true, width: 400 });
  const { page } = visitor;
  const cell = page.getByRole('textbox', { name: 'consultations' });
  await cell.tap();
  await page.keyboard.type('640');
  // This button sends no key: the field loses the focus, and no other element gets it.
  await cell.evaluate((input) => {
    if (input instanceof HTMLInputElement) input.blur();
  });
  await page.getByText('✓ saved').waitFor();
  expect((await valueFor('consultations', { year: 2019, month: 8 }))?.value).toBe(640);
  await visitor.leave();
});

test('a click that meets “Not you? Sign out” right after it appeared signs nobody out', async () => {
  const [visitor, authorization] = await entering('2007-11', 'en-GB');
  const { page } = visitor;
  await kreis.endSession(authorization);
  await page.getByRole('textbox', { name: 'consultations' }).click();
  await page.keyboard.type('697');
  await page.keyboard.press('Enter');
  await page.keyboard.type('82');
  const signOut = page.getByRole('button', { name: 'Not you? Sign out' });
  await signOut.waitFor();
  const box = await signOut.boundingBox();
  if (box === null) throw new Error('there is no button');
  await page.mouse.click(box.x + 40, box.y + 10);
  await page.waitForTimeout(READ_MS);
  expect(await page.getByText('Your session has ended').count()).toBe(1);
  await signOut.click();
  await page.getByText('Your session has ended').waitFor({ state: 'detached' });
  await visitor.leave();
});
