/** Corrections on a phone or a zoomed screen, in the longest languages. */
import { expect, test } from 'vitest';
import { correctionIn, KPI, setUpCorrections } from './correction-entry';
import { ECONOMIST, GATEKEEPER, LAST_YEAR } from './kreis';
import { loseAnswer, pressOnceRead } from './visitor';

const { gatekeeper, visit, stored, correctAsGatekeeper } = setUpCorrections();

const WORDS = [
  {
    locale: 'fr-CH',
    period: {
      month: 5,
      correct: `Corriger mai ${LAST_YEAR}`,
      value: `Nouvelle valeur pour mai ${LAST_YEAR}`,
    },
    giveUp: `Abandonner ce que vous avez saisi pour mai ${LAST_YEAR} ?`,
    perhaps: 'C’est peut-être enregistré malgré tout.',
    mine: 'Enregistrer ma valeur',
  },
  {
    locale: 'it-CH',
    period: {
      month: 6,
      correct: `Correggere giugno ${LAST_YEAR}`,
      value: `Nuovo valore per giugno ${LAST_YEAR}`,
    },
    giveUp: `Scartare ciò che ha digitato per giugno ${LAST_YEAR}?`,
    perhaps: 'Forse è stato salvato comunque.',
    mine: 'Salvare il mio valore',
  },
] as const;

test.for(WORDS)('every question of a correction fits 320 px: $locale', async (words) => {
  const { locale, period, giveUp, perhaps, mine } = words;
  const { id } = await gatekeeper.kpiNamed(KPI);
  const visitor = await visit(`/kpis/${id}?year=${LAST_YEAR}`, { as: ECONOMIST, locale, width: 320 });
  const { page } = visitor;
  const before = await stored(period.month);
  await pressOnceRead(page.getByRole('button', { name: period.correct }));
  const value = page.getByLabel(period.value);
  await value.fill(String(before.value + 1));
  await value.press('Escape');
  await page.getByText(giveUp).waitFor();
  await visitor.inspect(`correction-give-up-${locale}`);
  await page.keyboard.press('Escape');

  await page.route('**/CorrectKpiValue', loseAnswer, { times: 1 });
  await value.press('Enter');
  await page.getByText(perhaps).waitFor();
  await visitor.inspect(`correction-unanswered-${locale}`);
  await correctAsGatekeeper(period.month, before.value + 2);
  await value.fill(String(before.value + 3));
  await value.press('Enter');
  await page.getByRole('button', { name: mine }).waitFor();
  await visitor.inspect(`correction-versions-${locale}`);

  page.once('dialog', (question) => void question.accept());
  await page.goto('/');
  await page.getByRole('alert').getByText(KPI).waitFor();
  await visitor.inspect(`correction-offer-${locale}`);
  await visitor.leave();
});

test('a comment and a description with a long word stay within a narrow screen', async () => {
  const { id, etag } = await gatekeeper.kpiNamed(KPI);
  const description = `See https://example.org/${'a'.repeat(200)}`;
  await gatekeeper.kpis.updateKpi({ kpiId: id, etag, description });
  const visitor = await visit(`/kpis/${id}?year=${LAST_YEAR}`, { as: GATEKEEPER, width: 320 });
  const { page } = visitor;
  const { opener, comment } = correctionIn(page, 'August');
  await opener.click();
  await comment.fill('x'.repeat(400));
  await comment.press('Control+Enter');
  await page.getByRole('status').getByText(`August ${LAST_YEAR} is saved.`).waitFor();
  await page.getByRole('region', { name: 'Changes' }).getByText('xxxxxxxx').waitFor();
  await opener.click();
  await comment.waitFor();
  await expect.poll(() => comment.inputValue()).toMatch(/^x+$/);
  await visitor.inspect('correction-long-comment');
  await visitor.leave();
});
