/** Measures how much a browser must load, compressed as the gateway sends it. */
import type { Browser } from 'playwright-core';
import { ECONOMIST } from '../tests/browser/kreis';
import { Visitor } from '../tests/browser/visitor';

const MOST_AT_FIRST = 250;
const MOST_FOR_CHART = 150;

export async function sizes(browser: Browser, url: string) {
  const visitor = await Visitor.arrive(browser, url, {});
  const { page } = visitor;
  await page.goto('/');
  await visitor.signIn(ECONOMIST);
  await page.getByRole('table').waitFor();
  const overview = await loadedKilobytes();
  await page.getByRole('table').getByRole('link').first().click();
  await page.getByRole('heading', { name: /^Values/ }).waitFor();
  const kpi = await loadedKilobytes();
  await page.goto('/enter');
  await page.getByRole('table').waitFor();
  const enter = await loadedKilobytes();
  await visitor.leave();

  const kilobytes = (measured: number, limit: number) => ({ measured, limit, unit: 'kB' });
  return {
    'first load of /': kilobytes(overview, MOST_AT_FIRST),
    'first load of /enter': kilobytes(enter, MOST_AT_FIRST),
    'a KPI with its chart, besides': kilobytes(kpi - overview, MOST_FOR_CHART),
  };

  function loadedKilobytes(): Promise<number> {
    return page.evaluate(() =>
      performance
        .getEntriesByType('resource')
        .filter(({ name }) => /\.(js|css)$/.test(new URL(name).pathname))
        .reduce((sum, entry) => sum + (entry as PerformanceResourceTiming).encodedBodySize / 1000, 0),
    );
  }
}
