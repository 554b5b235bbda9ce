/** A paste over a cell in which a text is at odds with the number of another person. */
import { expect, test } from 'vitest';
import { cellOf, inBothLanguages, setUpMonths } from './month-entry';
import { pressOnceRead } from './visitor';

const { months, entering } = setUpMonths();

const ENGLISH = {
  locale: 'en-CH',
  theirs: 'Greta Keller has entered 700 in the meantime.',
  until: '700; “640”, not saved yet',
  apply: 'Apply',
};
const GERMAN: typeof ENGLISH = {
  locale: 'de-CH',
  theirs: 'Greta Keller hat inzwischen 700 eingegeben.',
  until: '700; «640», noch nicht gespeichert',
  apply: 'Übernehmen',
};

test.for(inBothLanguages(ENGLISH, GERMAN))(
  'the preview of a paste shows the number of another person that it replaces, in $words.locale',
  async ({ words, year }) => {
    const month = `${year}-04`;
    const visitor = await entering(month, { locale: words.locale });
    const { page } = visitor;
    await months.fill(month, { consultations: 700 });
    await cellOf(visitor).fill('640');
    await cellOf(visitor).press('Enter');
    await page.getByText(words.theirs).waitFor();
    await visitor.paste(cellOf(visitor), '650\n46');
    const preview = page.getByRole('dialog');
    await preview.getByText(words.until).waitFor();
    await pressOnceRead(preview.getByRole('button', { name: words.apply }));
    await expect.poll(() => months.numbers(month)).toEqual({ consultations: 650, reachability: 46 });
    await cellOf(visitor).press('Control+z');
    await expect.poll(() => months.numbers(month)).toEqual({ consultations: 700 });
    await visitor.leave();
  },
);
