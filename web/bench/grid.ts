/** Measures the longest block of the main thread while a month is typed. */
import type { Page } from 'playwright-core';

interface TraceEvent {
  name: string;
  pid: number;
  tid: number;
  /** Microseconds. */
  dur?: number;
  args?: { name?: string };
}

/** Types a four-digit number into each row. Returns the longest task of the main thread, in milliseconds. */
export async function typeMonth(page: Page, rows: number, month: string): Promise<number> {
  await page.goto(`/enter?month=${month}`);
  const inputs = page.locator('table').getByRole('textbox');
  await inputs.nth(rows - 1).waitFor();
  await inputs.first().focus();
  await page
    .context()
    .browser()
    ?.startTracing(page, { categories: ['toplevel', '__metadata'] });
  for (let row = 0; row < rows; row += 1) {
    await page.keyboard.type(String(1000 + row));
    await page.keyboard.press('Enter');
  }
  const trace = await page.context().browser()?.stopTracing();
  return longestTask(JSON.parse(String(trace)).traceEvents);
}

function longestTask(events: readonly TraceEvent[]): number {
  const main = new Set(
    events
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  const tasks = events.filter(({ name, pid, tid }) => name.endsWith('RunTask') && main.has(`${pid} ${tid}`));
  if (tasks.length === 0) throw new Error('the trace holds no tasks of the page');
  return Math.max(...tasks.map(({ dur = 0 }) => dur)) / 1000;
}
