/** German names: long words, and umlauts as first letters. */
import type { Locator, Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { Periodicity, Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { addMonths, monthKey } from '#shared/periods/months';
import { callerOf } from './caller';
import { GATEKEEPER } from './kreis';
import { setUp } from './set-up';

const CIRCLES = ['Zürich', 'Öffentlichkeitsarbeit', 'Organisation', 'Ärztlicher Dienst', 'Beratung'];
const IN_ORDER = ['Ärztlicher Dienst', 'Beratung', 'Öffentlichkeitsarbeit', 'Organisation', 'Zürich'];
const KPIS = [
  'Überstunden je Vollzeitstelle',
  'Durchschnittliche Bearbeitungsdauer der Unterstützungsgesuche',
  'Zufriedenheit',
  'Ärztliche Konsultationen',
];
const KPIS_IN_ORDER = [KPIS[3], KPIS[1], KPIS[0], KPIS[2]];
const LONG_EMAIL = 'anna-katharina.oberholzer-zimmermann@kinderundjugendstiftung.example.org';
const WIDTHS = [360, 480, 600, 768, 800, 900, 1024, 1151, 1152, 1200, 1280, 1440, 1920, 2560];

const { kreis, visit } = setUp();
let circleId = '';
let kpiId = '';
let quarterEnd = '';

beforeAll(async () => {
  const { circles, kpis, users, thisMonth } = await callerOf(kreis.url, GATEKEEPER);
  const today = await thisMonth();
  quarterEnd = monthKey(addMonths(today, -1 - ((today.month - 1) % 3)));
  const people = [
    { firstName: 'Özlem', lastName: 'Ünal', displayName: 'Özlem Ünal', email: 'oezlem@example.org' },
    { firstName: 'Zoé', lastName: 'Zwahlen', displayName: 'Zoé Zwahlen', email: 'zoe@example.org' },
    {
      firstName: 'Anna-Katharina',
      lastName: 'Oberholzer-Zimmermann',
      displayName: 'Anna-Katharina Oberholzer-Zimmermann',
      email: LONG_EMAIL,
    },
  ];
  const ids = [];
  for (const person of people) ids.push((await users.createUser(person)).user?.id ?? '');
  for (const name of CIRCLES) {
    const { circle } = await circles.createCircle({ name });
    for (const userId of ids) await circles.addCircleMember({ circleId: circle?.id ?? '', userId });
    if (name === 'Öffentlichkeitsarbeit') circleId = circle?.id ?? '';
  }
  for (const name of KPIS) {
    const { kpi } = await kpis.createKpi({
      circleId,
      name,
      periodicity: Periodicity.QUARTERLY,
      unit: Unit.CHF,
      activeSince: addMonths(today, -6),
      steward: { userId: ids[2] ?? '' },
      targets: [{ fromYear: 2025, initialValue: 1_428_576.8992, targetValue: 16_785_778.5656 }],
    });
    kpiId = kpi?.id ?? '';
  }
});

/** Words in tables and badges that break across two lines or are cut off. */
function brokenWords(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const broken: string[] = [];
    const shown = [...document.querySelectorAll('main :is(th, td, .mantine-Badge-label)')].filter(
      // On a phone, only screen readers see the table heads.
      (cell) => (cell.closest('thead, td, span')?.getBoundingClientRect().width ?? 0) > 1,
    );
    for (const cell of shown) {
      const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
      for (let text = texts.nextNode(); text !== null; text = texts.nextNode()) {
        if (text.parentElement?.closest('[data-email]')) continue;
        // A line may break after a hyphen.
        for (const { 0: word, index } of (text.textContent ?? '').matchAll(/[^\s-]+-?/g)) {
          const range = document.createRange();
          range.setStart(text, index);
          range.setEnd(text, index + word.length);
          const rects = [...range.getClientRects()].filter(({ width }) => width > 0);
          const lines = new Set(rects.map(({ top }) => Math.round(top)));
          if (lines.size > 1) broken.push(word);
        }
      }
      if (cell.matches('.mantine-Badge-label') && cell.scrollWidth > cell.clientWidth)
        broken.push(`${cell.textContent} (cut)`);
    }
    const pen = document.createElement('canvas').getContext('2d');
    for (const cell of document.querySelectorAll<HTMLElement>('main td[data-label]')) {
      const label = getComputedStyle(cell, '::before');
      if (pen === null || label.content === 'none') continue;
      pen.font = label.font;
      for (const word of (cell.dataset.label ?? '').split(/[\s-]+/))
        if (pen.measureText(word).width > Number.parseFloat(label.width) + 1) broken.push(`${word} (label)`);
    }
    return broken;
  });
}

test.for(['de-CH', 'en-GB'])('no table breaks a word, at any width, in %s', async (locale) => {
  const visitor = await visit('/admin/kpis', { as: GATEKEEPER, locale });
  const { page } = visitor;
  await page.getByRole('button', { name: 'Greta Keller' }).waitFor();
  for (const [address, name] of [
    ['/admin/kpis', 'kpis'],
    [`/admin/kpis/${kpiId}`, 'kpi'],
    ['/admin/circles', 'circles'],
    [`/admin/circles/${circleId}`, 'circle'],
    ['/admin/users', 'users'],
    ['/admin/due', 'due'],
  ] as const) {
    await page.goto(address);
    await page.getByRole('cell').first().waitFor();
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      // The navigation disappears slightly after the window becomes narrow.
      await expect.poll(() => brokenWords(page), { message: `${address} at ${width} px` }).toEqual([]);
      const wider = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      await expect
        .poll(wider, { message: `${address} at ${width} px scrolls sideways` })
        .toBeLessThanOrEqual(0);
    }
    await visitor.inspect(`german-names-${name}`);
  }
  await visitor.leave();
});

test.for([360, 1440])('at %i px the tables are as they should look', async (width) => {
  const visitor = await visit('/admin/kpis', { as: GATEKEEPER, locale: 'de-CH', width });
  await visitor.page.getByRole('button', { name: 'Greta Keller' }).waitFor();
  for (const [address, name] of [
    ['/admin/kpis', 'kpis'],
    [`/admin/kpis/${kpiId}`, 'kpi'],
    [`/admin/circles/${circleId}`, 'circle'],
    ['/admin/users', 'users'],
    ['/admin/due', 'due'],
  ] as const) {
    await visitor.page.goto(address);
    await visitor.page.getByRole('cell').first().waitFor();
    await visitor.inspect(`german-names-${name}`);
  }
  await visitor.leave();
});

/** Returns the texts that are in `wanted`, in their order on the screen. */
async function orderOf(texts: Locator, wanted: readonly string[]): Promise<string[]> {
  await expect.poll(async () => (await texts.allTextContents()).length).toBeGreaterThan(wanted.length - 1);
  // A row of the grid names its quarter after the KPI.
  const names = (await texts.allTextContents()).map((text) => text.replace(/ [QT]\d \d{4}$/, ''));
  return names.filter((name) => wanted.includes(name));
}

test.for(['de-CH', 'en-GB', 'fr-CH', 'it-CH'])(
  'umlauts stand beside their letters everywhere, in %s',
  async (locale) => {
    const visitor = await visit('/?view=list&circle=all', { as: GATEKEEPER, locale });
    const { page } = visitor;
    const names = page.locator('tbody [class*=circleName]');
    expect(await orderOf(names, CIRCLES)).toEqual(IN_ORDER);
    expect(await orderOf(page.getByRole('combobox').first().locator('option'), CIRCLES)).toEqual(IN_ORDER);

    for (const address of ['/activity', '/admin/kpis', '/admin/kpis/new', '/admin/due', '/admin/changes']) {
      await page.goto(address);
      const select = page.getByRole('combobox').filter({ hasText: 'Zürich' });
      expect(await orderOf(select.locator('option'), CIRCLES), address).toEqual(IN_ORDER);
    }
    await page.goto('/admin/circles');
    expect(await orderOf(page.locator('tbody a'), CIRCLES)).toEqual(IN_ORDER);

    await page.goto(`/enter?month=${quarterEnd}`);
    expect(await orderOf(page.getByRole('rowheader'), KPIS)).toEqual(KPIS_IN_ORDER);
    await page.goto('/admin/kpis');
    expect(await orderOf(page.locator('tbody a'), KPIS)).toEqual(KPIS_IN_ORDER);

    const people = ['Anna-Katharina Oberholzer-Zimmermann', 'Greta Keller', 'Özlem Ünal', 'Zoé Zwahlen'];
    await page.goto('/admin/users');
    expect(await orderOf(page.locator('tbody a'), people)).toEqual(people);
    await page.goto(`/admin/kpis/${kpiId}`);
    const stewards = page.getByRole('combobox').filter({ hasText: 'Özlem' });
    expect(await orderOf(stewards.locator('option'), people)).toEqual(people);
    await visitor.leave();
  },
);
