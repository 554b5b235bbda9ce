/** A field accepts a text that is too long, says so, and saves it only after it is shortened. */
import { expect, test } from 'vitest';
import { GATEKEEPER, LAST_YEAR } from './kreis';
import { cellOf, rowOf, setUpMonths } from './month-entry';
import { pressOnceRead } from './visitor';

const { months, entering, visit } = setUpMonths();

/** Two UTF-16 units each, but one character for the server. */
const SMILE = '😀';

const ENGLISH = {
  locale: 'en-GB',
  tooMany: (excess: string) => `${excess} too many: at most 1000 fit here.`,
  one: '1 character',
  hundred: '104 characters',
  comment: 'Comment',
  offer: 'Comment …',
  nothing: 'Nothing to report …',
  why: 'Why is there nothing to report?',
  save: 'Save',
  saved: '✓ saved',
  correct: `Correct March ${LAST_YEAR}`,
  corrected: `March ${LAST_YEAR} is saved.`,
};
const GERMAN: typeof ENGLISH = {
  locale: 'de-CH',
  tooMany: (excess: string) => `${excess} zu viel: Höchstens 1000 haben hier Platz.`,
  one: '1 Zeichen',
  hundred: '104 Zeichen',
  comment: 'Kommentar',
  offer: 'Kommentar …',
  nothing: 'Nichts zu melden …',
  why: 'Warum gibt es nichts zu melden?',
  save: 'Speichern',
  saved: '✓ gespeichert',
  correct: `März ${LAST_YEAR} korrigieren`,
  corrected: `März ${LAST_YEAR} ist gespeichert.`,
};
const LANGUAGES = [
  { words: ENGLISH, month: '2011-05' },
  { words: GERMAN, month: '2011-07' },
];

test.for(LANGUAGES)(
  'a comment and a reason in the grid are not cut, in $words.locale',
  async ({ words, month }) => {
    await months.fill(month, { consultations: 690 });
    const visitor = await entering(month, { locale: words.locale });
    const { page } = visitor;
    await rowOf(visitor, 'consultations').getByRole('button', { name: words.offer }).click();
    const comment = page.getByRole('textbox', { name: words.comment });
    await comment.waitFor();
    const pasted = `${SMILE}${'x'.repeat(1099)} END`;
    await page.keyboard.insertText(pasted);
    await page.getByText(words.tooMany(words.hundred)).waitFor();
    expect(await comment.inputValue()).toBe(pasted);
    await page.keyboard.press('Control+Enter');
    expect(await page.getByRole('button', { name: words.save }).isDisabled()).toBe(true);
    expect(await months.comment(month, 'consultations')).toBe('');
    await visitor.inspect(`too-long-${words.locale}`);
    await comment.fill('x'.repeat(1001));
    await page.getByText(words.tooMany(words.one)).waitFor();
    // Outer white space is neither stored nor counted.
    const longest = SMILE.repeat(1000);
    await comment.fill(`  ${longest}\n`);
    await page.getByText(words.tooMany(words.one)).waitFor({ state: 'hidden' });
    await page.keyboard.press('Control+Enter');
    await page.getByText(words.saved).waitFor();
    expect(await months.comment(month, 'consultations')).toBe(longest);

    // The long comment has moved the rows.
    await pressOnceRead(rowOf(visitor, 'donations').getByRole('button', { name: words.nothing }));
    await page.getByLabel(words.why).fill('x'.repeat(1001));
    await page.getByText(words.tooMany(words.one)).waitFor();
    await page.keyboard.press('Control+Enter');
    expect(await page.getByRole('button', { name: words.save }).isDisabled()).toBe(true);
    expect(await cellOf(visitor, 'donations').getAttribute('placeholder')).toBeNull();
    await page.getByLabel(words.why).fill('x');
    await page.keyboard.press('Control+Enter');
    await expect.poll(() => months.comment(month, 'donations')).toBe('x');
    await visitor.leave();
  },
);

test.for(LANGUAGES)('the comment on a correction is not cut, in $words.locale', async ({ words }) => {
  const month = `${LAST_YEAR}-03`;
  const { id } = await months.caller.kpiNamed('consultations');
  const before = await months.version(month, 'consultations');
  const visitor = await visit(`/kpis/${id}?year=${LAST_YEAR}`, { as: GATEKEEPER, locale: words.locale });
  const { page } = visitor;
  await page.getByRole('button', { name: words.correct }).click();
  const comment = page.getByLabel(words.comment, { exact: true });
  await comment.fill(`${words.locale} ${'x'.repeat(1098)}`);
  await page.getByText(words.tooMany(words.hundred)).waitFor();
  await comment.press('Control+Enter');
  // The long comment has moved the button.
  await pressOnceRead(page.getByRole('button', { name: words.save }));
  await expect.poll(() => comment.evaluate((field) => field === document.activeElement)).toBe(true);
  expect(await months.version(month, 'consultations')).toBe(before);
  const shortened = `${words.locale} ${'x'.repeat(994)}`;
  await comment.fill(shortened);
  await page.getByText(words.tooMany(words.hundred)).waitFor({ state: 'hidden' });
  await comment.press('Control+Enter');
  await page.getByText(words.corrected).waitFor();
  expect(await months.comment(month, 'consultations')).toBe(shortened);
  await visitor.leave();
});

test("a KPI's description says how many characters are too many", async () => {
  const { id } = await months.caller.kpiNamed('donations');
  const visitor = await visit(`/admin/kpis/${id}`, { as: GATEKEEPER, locale: 'en-GB' });
  const { page } = visitor;
  const description = page.getByLabel('Description');
  await description.fill(`a\n${'x'.repeat(2001)}`);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('3 characters too many: at most 2000 fit here.').waitFor();
  expect((await months.caller.kpiNamed('donations')).description).not.toContain('xxx');
  await description.fill(`a\n${'x'.repeat(1998)}`);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Saved.').waitFor();
  expect((await months.caller.kpiNamed('donations')).description).toHaveLength(2000);
  await visitor.leave();
});
