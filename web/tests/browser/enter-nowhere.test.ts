/** What is typed where no cell takes it does not vanish without a word. */
import { expect, test } from 'vitest';
import { cellOf, rowOf, setUpMonths } from './month-entry';
import { READ_MS, type Visitor } from './visitor';

const { months, entering } = setUpMonths();

const PLACES = [
  {
    where: 'on “Undo” beside a paste',
    year: 2000,
    async focus({ page }: Visitor) {
      await page.getByRole('button', { name: 'Undo' }).focus();
    },
  },
  {
    where: 'after a click on the unit beside the field',
    year: 2002,
    async focus(visitor: Visitor) {
      await rowOf(visitor, 'donations').getByText('CHF').click();
    },
  },
  {
    where: 'after the choice of a circle',
    year: 2004,
    async focus({ page }: Visitor) {
      await page.getByLabel('Circle').selectOption('Fundraising');
    },
  },
];

test.for(PLACES)('a number typed $where does not vanish without a word', async ({ year, focus }) => {
  const visitor = await entering(`${year}-08`);
  const { page } = visitor;
  await visitor.paste(cellOf(visitor), '697\n82.5');
  await rowOf(visitor).getByText('✓ saved').waitFor();
  await focus(visitor);
  await page.waitForTimeout(READ_MS);
  await page.keyboard.type('104000');
  await page.waitForTimeout(READ_MS);
  const texts = await page
    .locator('input[data-row]')
    .evaluateAll((all) => all.map((input) => (input instanceof HTMLInputElement ? input.value : '')));
  const isEntered = texts.includes('104000');
  expect(isEntered || (await page.getByText('not entered').count()) > 0).toBe(true);
  await visitor.leave();
});

test('digits typed while a preview has the keyboard do not vanish without a word', async () => {
  const month = '2006-08';
  await months.fill(month, { consultations: 690 });
  const visitor = await entering(month);
  const { page } = visitor;
  await cellOf(visitor).click();
  await visitor.paste(cellOf(visitor), '697\n82.5');
  await page.getByText('Check before pasting').waitFor();
  await page.keyboard.type('104000');
  await page.waitForTimeout(READ_MS);
  expect(await page.getByText('not entered').count()).toBeGreaterThan(0);
  await visitor.leave();
});

test('a column pasted where no cell has the keyboard does not vanish without a word', async () => {
  const month = '2007-08';
  const visitor = await entering(month);
  const { page } = visitor;
  await page.getByRole('heading', { name: 'Enter values' }).click();
  await visitor.paste(page.locator('main'), '697\n82.5');
  await page.getByText('not entered').waitFor();
  await visitor.paste(cellOf(visitor), '697\n82.5');
  await rowOf(visitor).getByText('✓ saved').waitFor();
  expect(await page.getByText('not entered').count()).toBe(0);
  await visitor.leave();
});
