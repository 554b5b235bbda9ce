/** KPIs whose period is longer than the month on the screen. */
import { expect, test } from 'vitest';
import { Periodicity } from '#gen/kreis/kpi/v1/kpi_pb';
import { cellOf, comeBack, inBothLanguages, rowOf, setUpMonths } from './month-entry';

const { months, entering } = setUpMonths();

const WORDS = inBothLanguages(
  { locale: 'en-CH', saved: '✓ saved' },
  { locale: 'de-CH', saved: '✓ gespeichert' },
);

test.for(WORDS)(
  'a KPI that has become quarterly says that its number is for the quarter, in $words.locale',
  async ({ words, year }) => {
    const kpi = `workshops ${year}`;
    await months.caller.addKpi('Fundraising', kpi, Periodicity.MONTHLY);
    const visitor = await entering(`${year}-09`, { locale: words.locale });
    await cellOf(visitor, 'donations').fill('104000');
    await cellOf(visitor, 'donations').press('Enter');
    await rowOf(visitor, 'donations').getByText(words.saved).waitFor();
    expect(await rowOf(visitor, kpi).getByText(`Q3 ${year}`).count()).toBe(0);
    const { id: kpiId } = await months.caller.kpiNamed(kpi);
    await months.caller.kpis.updateKpi({ kpiId, periodicity: Periodicity.QUARTERLY });
    await comeBack(visitor.page);
    await rowOf(visitor, kpi).getByText(`Q3 ${year}`).waitFor();
    await visitor.inspect(`quarter-${words.locale}`);
    await visitor.leave();
  },
);
