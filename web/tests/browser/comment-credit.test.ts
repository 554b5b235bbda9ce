/** Two people change a value at once. The log names each only for their own change. */
import { expect, test } from 'vitest';
import { callerOf } from './caller';
import { ECONOMIST, GATEKEEPER } from './kreis';
import { setUp } from './set-up';

const { kreis, visit } = setUp();

test.for([
  ['en-GB', 3, 'Greta Keller has entered 830 in the meantime. The comment on it: “Holidays”.'],
  ['de-CH', 6, 'Greta Keller hat inzwischen 830 eingegeben. Der Kommentar dazu: «Holidays».'],
] as const)(
  'a comment does not carry the name of the person who changed only the number, in %s',
  async ([locale, month, sentence]) => {
    const emil = await callerOf(kreis.url, ECONOMIST);
    const greta = await callerOf(kreis.url, GATEKEEPER);
    const { id: kpiId } = await emil.kpiNamed('consultations');
    const period = { year: 2018, month };
    const once = () => ({ requestId: crypto.randomUUID() });
    const { kpiValue } = await emil.values.recordKpiValue({
      kpiId,
      period,
      value: 826,
      comment: 'Holidays',
      ...once(),
    });
    const visitor = await visit(`/enter?month=2018-0${month}`, { as: ECONOMIST, locale });
    const { page } = visitor;
    const cell = page.getByRole('textbox', { name: 'consultations' });
    await expect.poll(() => cell.inputValue()).toBe('826');
    await greta.values.correctKpiValue({ kpiValueId: kpiValue?.id ?? '', value: 830, ...once() });
    await cell.click();
    await cell.fill('828');
    await cell.press('Enter');
    await page.getByRole('alert').getByText(sentence).waitFor();
    await visitor.inspect('enter-conflict-comment');
    await visitor.leave();
  },
);
