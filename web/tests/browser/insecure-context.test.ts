/** kreis at a plain http address of a local network, where browsers disable some of their functions. */
import { expect, inject, test } from 'vitest';
import { callerOf } from './caller';
import { ECONOMIST, Kreis } from './kreis';
import { openBrowser, Visitor } from './visitor';

test('values are saved and kept over http too', async () => {
  const kreis = new Kreis();
  await kreis.start(inject('demo'));
  const browser = await openBrowser(['--host-resolver-rules=MAP kreis.test 127.0.0.1']);
  try {
    const { port } = new URL(kreis.url);
    const visitor = await Visitor.arrive(browser, `http://kreis.test:${port}`, {});
    const { page } = visitor;
    await page.goto('/enter?month=2019-02');
    expect(await page.evaluate(() => window.isSecureContext)).toBe(false);
    await visitor.signIn(ECONOMIST);
    const cell = page.getByRole('textbox', { name: 'consultations' });
    await cell.click();
    await cell.fill('640');
    await cell.press('Enter');
    await page.getByText('✓ saved').waitFor();
    const { changesOf } = await callerOf(kreis.url, ECONOMIST);
    expect(await changesOf('consultations', { year: 2019, month: 2 })).toEqual(['Emil Rossi 640']);

    await page.getByRole('textbox', { name: 'donations' }).fill('104');
    await page.close();
    const tab = await visitor.openTab('/');
    await tab.page.getByText('You have unfinished entries for February 2019: donations.').waitFor();
    await visitor.leave();
  } finally {
    await browser.close();
    await kreis.remove();
  }
});
