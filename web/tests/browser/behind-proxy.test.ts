/** A proxy answers for kreis with its own error pages. No typed text is lost or written twice. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ECONOMIST } from './kreis';
import { cellOf, inBothLanguages, monthAddress, rowOf, setUpMonths } from './month-entry';
import { Nginx } from './nginx';
import { READ_MS } from './visitor';

const { kreis, months, visit } = setUpMonths();
let nginx: Nginx;

beforeAll(async () => {
  nginx = await Nginx.before(kreis.url);
});
afterAll(() => nginx?.remove());

const LANGUAGES = inBothLanguages(
  {
    locale: 'en-CH',
    saved: '✓ saved',
    waits: 'kept, will be saved',
    away: 'kreis cannot be reached at the moment',
  },
  {
    locale: 'de-CH',
    saved: '✓ gespeichert',
    waits: 'vorgemerkt, wird noch gespeichert',
    away: 'kreis ist im Moment nicht erreichbar',
  },
);

async function enteringThroughProxy(month: string, locale: string) {
  const visitor = await visit(nginx.url + monthAddress(month), { as: ECONOMIST, locale });
  await cellOf(visitor).waitFor();
  await visitor.page.waitForTimeout(READ_MS);
  return visitor;
}

test.for(LANGUAGES)(
  'a value waits while the proxy says that kreis is away (502), in $words.locale',
  async ({ words, year }) => {
    const month = `${year}-02`;
    const visitor = await enteringThroughProxy(month, words.locale);
    const cell = cellOf(visitor);
    await kreis.stop();
    await cell.fill('690');
    await cell.press('Enter');
    await rowOf(visitor).getByText(words.waits).waitFor();
    await visitor.page.getByText(words.away).waitFor();
    expect(await cell.inputValue()).toBe('690');
    await visitor.inspect('enter-bad-gateway');
    await kreis.start();
    await rowOf(visitor).getByText(words.saved).waitFor({ timeout: 30_000 });
    expect(await months.version(month, 'consultations')).toBe(1);
    await visitor.leave();
  },
);

test.for(LANGUAGES)(
  'a value whose answer the proxy did not wait for (504) is written once, in $words.locale',
  async ({ words, year }) => {
    const month = `${year}-03`;
    const visitor = await enteringThroughProxy(month, words.locale);
    const cell = cellOf(visitor);
    await nginx.change({ 'read_timeout 15s': 'read_timeout 1s' });
    kreis.pause();
    const late = visitor.page.waitForResponse((answer) => answer.status() === 504);
    await cell.fill('690');
    await cell.press('Enter');
    await late;
    await rowOf(visitor).getByText(words.waits).waitFor();
    await visitor.page.getByText(words.away).waitFor();
    expect(await cell.inputValue()).toBe('690');
    // kreis now also carries out the first request.
    kreis.goOn();
    await rowOf(visitor).getByText(words.saved).waitFor({ timeout: 30_000 });
    expect(await months.version(month, 'consultations')).toBe(1);
    await nginx.change({});
    await visitor.leave();
  },
);

test.for(LANGUAGES)(
  'a value that the proxy finds too large (413) stays until the proxy takes it, in $words.locale',
  async ({ words, year }) => {
    const month = `${year}-04`;
    const visitor = await enteringThroughProxy(month, words.locale);
    const cell = cellOf(visitor);
    await nginx.change({ 'client_max_body_size 1400k': 'client_max_body_size 1' });
    const refused = visitor.page.waitForResponse((answer) => answer.status() === 413);
    await cell.fill('690');
    await cell.press('Enter');
    await refused;
    await rowOf(visitor).getByText(words.waits).waitFor();
    await visitor.page.getByText(words.away).waitFor();
    expect(await cell.inputValue()).toBe('690');
    await nginx.change({});
    await rowOf(visitor).getByText(words.saved).waitFor({ timeout: 30_000 });
    expect(await months.version(month, 'consultations')).toBe(1);
    await visitor.leave();
  },
);
