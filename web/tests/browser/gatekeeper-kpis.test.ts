/** A gatekeeper defines KPIs. */
import { expect, test } from 'vitest';
import { Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { callerOf } from './caller';
import { GATEKEEPER } from './kreis';
import { LOOKS, setUp } from './set-up';
import { typeOver, type Visitor } from './visitor';

const { kreis, visit } = setUp();

function gatekeeperAt(address: string): Promise<Visitor> {
  return visit(address, { as: GATEKEEPER });
}

test('a gatekeeper creates a KPI with a target, and finds it', async () => {
  const visitor = await gatekeeperAt('/admin');
  const { page } = visitor;
  await page.getByRole('link', { name: 'Create a KPI' }).click();
  await page.getByLabel('Name', { exact: true }).fill('waiting time');
  await page.getByLabel('Circle').selectOption('Counselling');
  await page.getByLabel('Description').fill('Days until the first talk.');
  await page.getByLabel('Periodicity').selectOption('Quarterly');
  await page.getByLabel('Unit').selectOption('Score');
  await page.getByLabel('Least value allowed').fill('0');
  await page.getByLabel('Steward').selectOption('Emil Rossi');
  await page.getByLabel('Baseline').fill('1,012.5');
  await page.getByLabel('Target').fill('7');
  await page.getByRole('button', { name: 'Create' }).click();
  await page.getByRole('heading', { level: 1, name: 'waiting time' }).waitFor();
  expect(await page.getByLabel('Description').inputValue()).toBe('Days until the first talk.');
  expect(await page.getByLabel('Least value allowed').inputValue()).toBe('0');
  expect(await page.getByLabel('Greatest value allowed').inputValue()).toBe('');
  await page.getByRole('cell', { name: '1,012.5' }).waitFor();

  await page.getByRole('link', { name: 'All KPIs' }).click();
  await page.getByLabel('Search KPIs').fill('waiting');
  await page.getByRole('row', { name: /waiting time.*Counselling.*1,012\.5 → 7.*Emil Rossi/ }).waitFor();
  expect(await page.getByRole('row').count()).toBe(2);
  await visitor.leave();
});

test('what a new KPI lacks is said beside the fields', async () => {
  const visitor = await gatekeeperAt('/admin/kpis/new');
  const { page } = visitor;
  await page.getByLabel('Baseline').fill('a few');
  await page.getByRole('button', { name: 'Create' }).click();
  await page.getByText('Please enter a number.').nth(1).waitFor();
  await page.getByLabel('Baseline').fill('1');
  await page.getByLabel('Target').fill('2');
  await page.getByRole('button', { name: 'Create' }).click();
  await page.getByText('Please enter 1 to 200 characters.').waitFor();
  expect(await page.getByText('Please choose one.').count()).toBe(3);

  await page.getByLabel('Name', { exact: true }).fill('Donations');
  await page.getByLabel('Circle').selectOption('Fundraising');
  await page.getByLabel('Periodicity').selectOption('Monthly');
  await page.getByLabel('Unit').selectOption('Amount');
  await page.getByRole('button', { name: 'Create' }).click();
  await page.getByText('The circle has a KPI of this name.').waitFor();
  await visitor.inspect('gatekeeper-kpi-refused');
  await visitor.leave();
});

test.each([
  {
    locale: 'en-GB',
    words: {
      unit: 'Unit',
      save: 'Save',
      saved: 'Saved.',
      question: 'Change the unit from Swiss francs (CHF) to Amount?',
      numbers: /^The KPI has \d\d values, and their numbers stay: CHF\s[\d.,]+ becomes [\d.,]+\./,
      all: 'All KPIs',
      change: 'Change the unit',
    },
  },
  {
    locale: 'de-CH',
    words: {
      unit: 'Einheit',
      save: 'Speichern',
      saved: 'Gespeichert.',
      question: 'Einheit ändern von «Schweizer Franken (CHF)» zu «Anzahl»?',
      numbers: /^Der KPI hat \d\d Werte. Ihre Zahlen bleiben: Aus CHF\s[\d.'’]+ wird [\d.'’]+\./,
      all: 'Alle KPIs',
      change: 'Einheit ändern',
    },
  },
])('$locale: another unit for values that are there is asked about first', async ({ locale, words }) => {
  const gatekeeper = await callerOf(kreis.url, GATEKEEPER);
  const { id } = await gatekeeper.kpiNamed('donations');
  const unitOf = async () => (await gatekeeper.kpis.getKpi({ kpiId: id })).kpi?.unit;
  const visitor = await visit(`/admin/kpis/${id}`, { as: GATEKEEPER, locale });
  const { page } = visitor;
  const unit = page.getByLabel(words.unit, { exact: true });
  const asked = page.getByRole('dialog', { name: words.question });
  await unit.selectOption(String(Unit.AMOUNT));
  await page.getByRole('button', { name: words.save }).first().click();
  await asked.getByText(words.numbers).waitFor();
  await visitor.inspect(`gatekeeper-unit-${locale}`);
  // The focus starts on the button that changes nothing.
  await page.keyboard.press('Enter');
  await asked.waitFor({ state: 'hidden' });
  expect(await unitOf()).toBe(Unit.CHF);

  // Unsaved text is not lost without a question either.
  let questions = 0;
  page.once('dialog', (dialog) => {
    questions += 1;
    void dialog.dismiss();
  });
  await page.getByRole('link', { name: words.all }).click();
  expect(questions).toBe(1);

  await page.getByRole('button', { name: words.save }).first().click();
  await asked.getByRole('button', { name: words.change }).click();
  await page.getByText(words.saved).waitFor();
  expect(await unitOf()).toBe(Unit.AMOUNT);

  await unit.selectOption(String(Unit.CHF));
  await page.getByRole('button', { name: words.save }).first().click();
  await page.getByRole('dialog').getByRole('button', { name: words.change }).click();
  await expect.poll(unitOf).toBe(Unit.CHF);
  await visitor.leave();
});

test('what values have frozen says why, and the rest can be changed', async () => {
  const visitor = await gatekeeperAt('/admin/kpis?search=reachability');
  const { page } = visitor;
  await page.getByRole('link', { name: 'reachability' }).click();
  await page.getByText('The KPI has values for such periods').waitFor();
  expect(await page.getByLabel('Periodicity').isDisabled()).toBe(true);
  expect(await page.getByLabel('Unit').getByRole('option').allTextContents()).toEqual([
    'Percentage',
    'Score',
  ]);

  await page.getByLabel('Greatest value allowed').fill('1');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText(/Values that were entered lie outside these limits. \(\d{4}-\d{2}/).waitFor();
  await page.getByLabel('Greatest value allowed').fill('101');
  await page.getByLabel('Description').fill('Calls that were answered.');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.').waitFor();
  await visitor.leave();
});

test('targets are set and removed by year', async () => {
  const visitor = await gatekeeperAt('/admin/kpis?search=sessions');
  const { page } = visitor;
  await page.getByRole('link', { name: 'sessions on the website' }).click();
  await page.getByText('There is no target yet').waitFor();
  await page.getByLabel('From year').fill('2031');
  await typeOver(page.getByLabel('Baseline', { exact: true }), '40,000');
  await typeOver(page.getByLabel('Target', { exact: true }), '60,000');
  await page.getByRole('button', { name: 'Set baseline and target' }).click();
  await page.getByRole('row', { name: /2031.*40,000.*60,000/ }).waitFor();
  await page.getByRole('button', { name: 'Remove the target from 2031' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await page.getByText('There is no target yet').waitFor();
  await visitor.leave();
});

test('a form is not left with something unsaved unless its writer says so', async () => {
  const visitor = await gatekeeperAt('/admin/kpis/new');
  const { page } = visitor;
  const asked: string[] = [];
  let leave = false;
  page.on('dialog', (dialog) => {
    asked.push(dialog.message());
    void (leave ? dialog.accept() : dialog.dismiss());
  });
  await page.getByLabel('Name').fill('visits');
  await page.getByRole('link', { name: 'Overview' }).click();
  await expect.poll(() => asked.length).toBe(1);
  expect(await page.getByLabel('Name').inputValue()).toBe('visits');
  leave = true;
  await page.getByRole('link', { name: 'Overview' }).click();
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  expect(asked).toEqual(Array(2).fill('What you wrote here is not saved. Leave it?'));
  await visitor.leave();
});

test('a KPI is deactivated after a question, and activated again', async () => {
  const visitor = await gatekeeperAt('/admin/kpis?search=overtime');
  const { page } = visitor;
  await page.getByRole('link', { name: 'overtime hours' }).click();
  await page.getByRole('button', { name: 'Deactivate' }).click();
  await page.getByRole('dialog', { name: 'Deactivate overtime hours?' }).waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Deactivate' }).click();
  await page.getByRole('button', { name: 'Activate', exact: true }).waitFor();
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  expect(await visitor.focused()).toBe('Activate');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Deactivate' }).waitFor();
  expect(await visitor.focused()).toBe('Deactivate');
  await visitor.leave();
});

test.for(LOOKS)("the KPIs' screens are sound at $width px, dark: $dark", async ({ width, dark }) => {
  const visitor = await visit('/admin/kpis', { as: GATEKEEPER, width, dark, locale: 'de-CH' });
  await visitor.page.getByRole('link', { name: 'donations' }).waitFor();
  await visitor.inspect('gatekeeper-kpis');
  await visitor.page.getByRole('link', { name: 'donations' }).click();
  await visitor.page.getByRole('button', { name: 'Ausgangswert und Ziel setzen' }).waitFor();
  await visitor.page.getByLabel('Kleinster erlaubter Wert').waitFor();
  await visitor.inspect('gatekeeper-kpi');
  await visitor.leave();
});
