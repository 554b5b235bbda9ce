/** Widths between phone and desktop: a tablet, or one window beside another. */
import { expect, test } from 'vitest';
import { ECONOMIST } from './kreis';
import { setUp } from './set-up';

const { visit } = setUp();

test.for([600, 769, 960, 1080, 1200, 1201])(
  'at %i px the screens fit, and KPIs keep their names',
  async (width) => {
    const visitor = await visit('/enter', { as: ECONOMIST, width });
    const { page } = visitor;
    const names = page.locator('tbody').getByRole('rowheader');
    await names.nth(1).waitFor();
    for (const name of await names.all()) {
      const box = await name.boundingBox();
      expect(box?.width, String(await name.textContent())).toBeGreaterThan(140);
    }
    await visitor.inspect('enter-between');

    await page.goto('/?view=list');
    await page.getByRole('table').first().waitFor();
    await visitor.inspect('overview-between');

    await page.goto('/kpis/1');
    await page.getByRole('table').first().waitFor();
    await visitor.inspect('kpi-between');
    await visitor.leave();
  },
);
