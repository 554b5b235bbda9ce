/** Changes of a KPI's value: likely slips, retraction, and filling a blank period. */
import { beforeAll, expect, test } from 'vitest';
import type { KpiValue } from '#gen/kreis/kpi/v1/kpi_pb';
import { type Caller, callerOf } from './caller';
import { ECONOMIST, GATEKEEPER, LAST_YEAR } from './kreis';
import { setUp } from './set-up';
import { pressOnceRead, READ_MS, type Visitor, type Wishes } from './visitor';

const { kreis, visit } = setUp();
let gatekeeper: Caller;

beforeAll(async () => {
  gatekeeper = await callerOf(kreis.url, GATEKEEPER);
});

async function visitKpi(as: string, kpi: string, wishes: Wishes = {}): Promise<Visitor> {
  const { id } = await gatekeeper.kpiNamed(kpi);
  const visitor = await visit(`/kpis/${id}?year=${LAST_YEAR}`, { as, ...wishes });
  await visitor.page.getByRole('table', { name: `Values ${LAST_YEAR}` }).waitFor();
  return visitor;
}

/** The current value of a month from the server; absent if it is blank. */
async function valueFor(kpi: string, month: number): Promise<KpiValue | undefined> {
  const { id } = await gatekeeper.kpiNamed(kpi);
  const period = { year: LAST_YEAR, month };
  const { kpiValues } = await gatekeeper.values.listKpiValues({
    scope: { case: 'kpiId', value: id },
    time: { case: 'range', value: { from: period, to: period } },
  });
  return kpiValues[0];
}

test('a likely slip is asked about, and what was typed stays as it is', async () => {
  const visitor = await visitKpi(ECONOMIST, 'consultations');
  const { page } = visitor;
  const before = (await valueFor('consultations', 3))?.value ?? 0;
  await page.getByRole('button', { name: `Correct March ${LAST_YEAR}` }).press('Enter');
  const field = page.getByLabel(`New value for March ${LAST_YEAR}`);
  await field.fill(String(before * 10));
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('This is about 10 times the last value').waitFor();
  expect(await field.inputValue()).toBe(String(before * 10));
  expect((await valueFor('consultations', 3))?.value).toBe(before);
  await visitor.inspect('kpi-slip');

  // More typing removes the question. Entering the number twice confirms it.
  await field.fill(String(-before));
  expect(await page.getByRole('alert').count()).toBe(0);
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('Is the sign right?').waitFor();
  await page.waitForTimeout(READ_MS);
  await page.getByRole('button', { name: 'It is right' }).click();
  await page.getByRole('status').getByText(`March ${LAST_YEAR} is saved.`).waitFor();
  expect((await valueFor('consultations', 3))?.value).toBe(-before);
  await visitor.leave();
});

test("a fraction in place of a percentage, and the neighbour's number, are asked about", async () => {
  const visitor = await visitKpi(ECONOMIST, 'reachability');
  const { page } = visitor;
  await page.getByRole('button', { name: `Correct June ${LAST_YEAR}` }).click();
  await page.getByLabel(`New value for June ${LAST_YEAR}`).fill('0.84');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('Is this meant in percent?').waitFor();
  await pressOnceRead(page.getByRole('button', { name: 'Cancel' }));
  await pressOnceRead(page.getByRole('button', { name: 'Discard' }));

  const july = await valueFor('reachability', 7);
  await gatekeeper.values.correctKpiValue({ kpiValueId: july?.id ?? '', value: 31 });
  await page.reload();
  await page.getByRole('button', { name: `Correct June ${LAST_YEAR}` }).click();
  await page.getByLabel(`New value for June ${LAST_YEAR}`).fill('31.2');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText(`the value of “July ${LAST_YEAR}”, one row away`).waitFor();
  await visitor.leave();
});

test('a value is taken back after a question, and the blank leads to where it is entered', async () => {
  const visitor = await visitKpi(ECONOMIST, 'donations');
  const { page } = visitor;
  const opener = page.getByRole('button', { name: `Correct April ${LAST_YEAR}` });
  await opener.press('Enter');
  await page.getByRole('button', { name: 'Take back …' }).press('Enter');
  await page.getByText(`Take this value back? April ${LAST_YEAR} is blank again then`).waitFor();
  await visitor.inspect('kpi-take-back');
  // The focus starts on the button that changes nothing.
  await page.waitForTimeout(READ_MS);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Take it back' }).waitFor({ state: 'hidden' });
  expect(await valueFor('donations', 4)).toBeDefined();

  // A click right after the answer may be meant for the answer, and does nothing.
  await page.waitForTimeout(READ_MS);
  await page.getByRole('button', { name: 'Take back …' }).click();
  await pressOnceRead(page.getByRole('button', { name: 'Take it back' }));
  await page.getByRole('status').getByText(`April ${LAST_YEAR} is blank again.`).waitFor();
  expect(await valueFor('donations', 4)).toBeUndefined();
  await opener.waitFor({ state: 'hidden' });
  const head = page.getByRole('rowheader', { name: 'April' });
  expect(await head.evaluate((cell) => cell === document.activeElement)).toBe(true);
  await page
    .getByRole('region', { name: 'Changes' })
    .getByText(`took back the value for April ${LAST_YEAR}`)
    .waitFor();
  await visitor.inspect('kpi-blank');

  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Enter values' }).waitFor();
  expect(new URL(page.url()).searchParams.get('month')).toBe(`${LAST_YEAR}-04`);
  await page.getByRole('textbox', { name: 'donations' }).waitFor();
  await visitor.leave();
});

test('a person who retracts a value that another person has corrected sees both, and can still retract it', async () => {
  const visitor = await visitKpi(ECONOMIST, 'donations');
  const { page } = visitor;
  await page.getByRole('button', { name: `Correct August ${LAST_YEAR}` }).click();
  const seen = await valueFor('donations', 8);
  await gatekeeper.values.correctKpiValue({ kpiValueId: seen?.id ?? '', value: 98_765 });
  await page.getByRole('button', { name: 'Take back …' }).click();
  await pressOnceRead(page.getByRole('button', { name: 'Take it back' }));
  const both = page.getByRole('alert');
  await both.getByText('Greta Keller').waitFor();
  await both.getByText('CHF 98,765').waitFor();
  await both.getByText('You took it back.').waitFor();
  await visitor.inspect('kpi-take-back-conflict');
  expect((await valueFor('donations', 8))?.value).toBe(98_765);
  await pressOnceRead(both.getByRole('button', { name: 'Take it back' }));
  await page.getByRole('status').getByText(`August ${LAST_YEAR} is blank again.`).waitFor();
  expect(await valueFor('donations', 8)).toBeUndefined();
  await visitor.leave();
});

test('a correction of a value that another person has retracted can still be saved', async () => {
  const visitor = await visitKpi(ECONOMIST, 'donations');
  const { page } = visitor;
  await page.getByRole('button', { name: `Correct October ${LAST_YEAR}` }).click();
  const seen = await valueFor('donations', 10);
  await gatekeeper.values.retractKpiValue({ kpiValueId: seen?.id ?? '' });
  await page.getByLabel(`New value for October ${LAST_YEAR}`).fill('123000');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('blank').waitFor();
  await pressOnceRead(page.getByRole('button', { name: 'Save mine' }));
  await page.getByRole('status').getByText(`October ${LAST_YEAR} is saved.`).waitFor();
  expect((await valueFor('donations', 10))?.value).toBe(123_000);
  await visitor.leave();
});

test('who may not write is led nowhere from a blank', async () => {
  const blank = await valueFor('newsletter open rate', 2);
  await gatekeeper.values.retractKpiValue({ kpiValueId: blank?.id ?? '' });
  const stranger = await visitKpi(ECONOMIST, 'newsletter open rate');
  expect(await stranger.page.getByRole('link', { name: `Enter February ${LAST_YEAR}` }).count()).toBe(0);
  await stranger.leave();
  const member = await visitKpi(GATEKEEPER, 'newsletter open rate', { width: 360, dark: true });
  await member.page.getByRole('link', { name: `Enter February ${LAST_YEAR}` }).waitFor();
  await member.inspect('kpi-blank-360-dark');
  await member.leave();
});

const WORDS = {
  'en-GB': {
    values: `Values ${LAST_YEAR}`,
    correct: `Correct March ${LAST_YEAR}`,
    value: `New value for March ${LAST_YEAR}`,
    comment: 'Comment',
    unlike: /^(Unusual: the last 12 values lie between|This looks like .* with two digits swapped)/,
    save: 'Save',
    right: 'It is right',
    saved: `March ${LAST_YEAR} is saved.`,
    changes: 'Changes',
    overview: 'Overview',
    discard: 'Discard',
    leave: 'A correction is not saved. It is kept until midnight. Leave the page?',
  },
  'de-CH': {
    values: `Werte ${LAST_YEAR}`,
    correct: `März ${LAST_YEAR} korrigieren`,
    value: `Neuer Wert für März ${LAST_YEAR}`,
    comment: 'Kommentar',
    unlike:
      /^(Ungewöhnlich: Die letzten 12 Werte liegen zwischen|Das sieht aus wie .* mit zwei vertauschten)/,
    save: 'Speichern',
    right: 'Es stimmt',
    saved: `März ${LAST_YEAR} ist gespeichert.`,
    changes: 'Änderungen',
    overview: 'Übersicht',
    discard: 'Verwerfen',
    leave:
      'Eine Korrektur ist nicht gespeichert. Sie bleibt bis Mitternacht erhalten. Seite trotzdem verlassen?',
  },
} as const;

const LANGUAGES = [['en-GB'], ['de-CH']] as const;

async function visitIn(locale: keyof typeof WORDS, kpi: string, wishes: Wishes = {}) {
  const words = WORDS[locale];
  const { id } = await gatekeeper.kpiNamed(kpi);
  const visitor = await visit(`/kpis/${id}?year=${LAST_YEAR}`, { as: ECONOMIST, locale, ...wishes });
  const { page } = visitor;
  await page.getByRole('table', { name: words.values }).waitFor();
  const opener = page.getByRole('button', { name: words.correct });
  const value = page.getByLabel(words.value);
  const comment = page.getByLabel(words.comment, { exact: true });
  return { visitor, page, words, opener, value, comment };
}

test.each(LANGUAGES)('%s: a correction far from all other values is asked about', async (locale) => {
  const { visitor, page, words, opener, value } = await visitIn(locale, 'reachability');
  const before = (await valueFor('reachability', 3))?.value;
  await opener.press('Enter');
  for (const slip of ['29', '2.1', '0']) {
    await value.fill(slip);
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText(words.unlike).waitFor();
    await page.waitForTimeout(READ_MS);
    await page.getByRole('button', { name: words.right }).waitFor();
  }
  await visitor.inspect(`kpi-unusual-${locale}`);
  expect((await valueFor('reachability', 3))?.value).toBe(before);
  await visitor.leave();
});

test.each(LANGUAGES)('%s: a correction takes a comment, which the change log shows', async (locale) => {
  const { visitor, page, words, opener, value, comment } = await visitIn(locale, 'new members');
  const said = `Counted twice before (${locale}).`;
  const before = (await valueFor('new members', 3))?.value ?? 0;
  await opener.press('Enter');
  await value.fill(String(before + 1));
  await page.keyboard.press('Tab');
  await comment.and(page.locator(':focus')).fill(said);
  await page.keyboard.press('Control+Enter');
  await page.getByRole('status').getByText(words.saved).waitFor();
  expect(await valueFor('new members', 3)).toMatchObject({ value: before + 1, comment: said });
  await page.getByRole('region', { name: words.changes }).getByText(said).waitFor();

  // The comment stays with the value. The next correction starts with it.
  await opener.press('Enter');
  expect(await comment.inputValue()).toBe(said);
  await comment.fill('');
  await page.getByRole('button', { name: words.save }).click();
  await page.getByRole('status').getByText(words.saved).waitFor();
  expect(await valueFor('new members', 3)).toMatchObject({ value: before + 1, comment: '' });
  await visitor.leave();
});

test.each(LANGUAGES)(
  '%s: a correction survives a reload and another page, which asks first',
  async (locale) => {
    const { visitor, page, words, opener, value, comment } = await visitIn(locale, 'new members');
    const before = (await valueFor('new members', 3))?.value;
    const asked: string[] = [];
    let leave = false;
    page.on('dialog', (dialog) => {
      if (dialog.type() === 'confirm') asked.push(dialog.message());
      void (leave || dialog.type() === 'beforeunload' ? dialog.accept() : dialog.dismiss());
    });
    const isAsWritten = async () => {
      await value.waitFor();
      expect([await value.inputValue(), await comment.inputValue()]).toEqual(['45', 'After the audit.']);
    };

    await opener.press('Enter');
    await value.fill('45');
    await comment.fill('After the audit.');
    await page.reload();
    await isAsWritten();

    await page.getByRole('link', { name: words.overview }).press('Enter');
    await isAsWritten();
    leave = true;
    await page.getByRole('link', { name: words.overview }).press('Enter');
    await page.getByRole('grid').waitFor();
    expect(asked).toEqual([words.leave, words.leave]);
    await page.goBack();
    await isAsWritten();
    await visitor.inspect(`kpi-draft-${locale}`);

    await value.press('Escape');
    await pressOnceRead(page.getByRole('button', { name: words.discard }), 'Enter');
    await value.waitFor({ state: 'hidden' });
    await page.getByRole('link', { name: words.overview }).press('Enter');
    await page.getByRole('grid').waitFor();
    expect(asked).toHaveLength(2);
    expect((await valueFor('new members', 3))?.value).toBe(before);
    await visitor.leave();
  },
);

test('a tab with a correction that is not saved asks before it is closed, on any page', async () => {
  const { visitor, page, opener, value } = await visitIn('en-GB', 'new members');
  const isAsked = async () => {
    const asked = page.waitForEvent('dialog');
    await page.close({ runBeforeUnload: true });
    const question = await asked;
    expect(question.type()).toBe('beforeunload');
    await question.dismiss();
  };
  await opener.press('Enter');
  await value.fill('45');
  await isAsked();
  page.once('dialog', (question) => void question.accept());
  await page.getByRole('link', { name: 'Overview' }).press('Enter');
  await page.getByRole('grid').waitFor();
  await isAsked();
  await visitor.leave();
});

test('a correction of another year that is not saved is pointed at', async () => {
  const { visitor, page, opener, value } = await visitIn('en-GB', 'new members');
  await opener.press('Enter');
  await value.fill('45');
  await page.getByLabel('Year').selectOption(String(LAST_YEAR + 1));
  await page.getByRole('table', { name: `Values ${LAST_YEAR + 1}` }).waitFor();
  await page.getByRole('link', { name: `The correction for March ${LAST_YEAR}` }).press('Enter');
  expect(await value.inputValue()).toBe('45');
  await visitor.leave();
});

test('signing out names a correction that is not saved, asks, and removes it', async () => {
  const { visitor, page, opener, value } = await visitIn('en-GB', 'new members');
  await opener.press('Enter');
  await value.fill('45');
  await page.getByRole('button', { name: 'Emil Rossi' }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByText('1 entry is not saved: new members.').waitFor();
  await page.getByRole('button', { name: 'Discard and sign out' }).click();
  for (const person of [GATEKEEPER, ECONOMIST]) {
    await visitor.signIn(person);
    await page.getByRole('rowheader').getByRole('link', { name: 'new members' }).click();
    await page.getByLabel('Year').selectOption(String(LAST_YEAR));
    await opener.waitFor();
    expect(await value.count()).toBe(0);
    await page.getByRole('button', { name: person === GATEKEEPER ? 'Greta Keller' : 'Emil Rossi' }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
  }
  await visitor.leave();
});

test('a draft from before another person changed the value overwrites nothing', async () => {
  const { visitor, page, opener, value } = await visitIn('en-GB', 'new members');
  await opener.press('Enter');
  await value.fill('45');
  const seen = await valueFor('new members', 3);
  await gatekeeper.values.correctKpiValue({ kpiValueId: seen?.id ?? '', value: 44 });
  await page.reload();
  await value.press('Enter');
  await page.getByRole('alert').getByText('Greta Keller').waitFor();
  expect((await valueFor('new members', 3))?.value).toBe(44);
  await pressOnceRead(page.getByRole('button', { name: 'Save mine' }));
  await page.getByRole('status').getByText(`March ${LAST_YEAR} is saved.`).waitFor();
  expect((await valueFor('new members', 3))?.value).toBe(45);
  await visitor.leave();
});
