/** Measures how long the overview takes, from the address to a responsive page. */
import type { Page } from 'playwright-core';

export async function loadOverview(
  page: Page,
  rows: number,
  cached: boolean,
): Promise<{ usableMs: number; calls: number }> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Network.enable');
  await devtools.send('Network.setCacheDisabled', { cacheDisabled: !cached });
  let calls = 0;
  const count = (request: { url: () => string }) => {
    if (new URL(request.url()).pathname.startsWith('/kreis.')) calls += 1;
  };
  page.on('request', count);
  await page.goto('/', { waitUntil: 'commit' });
  const usableMs = await usableWith(page, rows);
  page.off('request', count);
  await devtools.detach();
  return { usableMs, calls };
}

/** Milliseconds from navigation until every row is painted and the page is idle. */
async function usableWith(page: Page, rows: number): Promise<number> {
  const complete = (count: number) => document.querySelectorAll('tbody th[scope="row"]').length === count;
  await page.waitForFunction(complete, rows, { polling: 'raf' });
  return page.evaluate(
    () =>
      new Promise((resolve) => requestIdleCallback(() => resolve(performance.now()), { timeout: 10_000 })),
  );
}
