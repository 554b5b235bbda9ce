/** The set-up of every browser test file: a kreis, a browser, and visitors. */
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, inject } from 'vitest';
import { Kreis } from './kreis';
import { openBrowser, Visitor, type Wishes } from './visitor';

interface Visit extends Wishes {
  /** E-mail of the person who signs in; absent for no sign-in. */
  as?: string;
}

/** Both live for all tests of the file. Without the demo, kreis has no users, as on the first day. */
export function setUp(settings: Record<string, string> = {}, demo = true) {
  const kreis = new Kreis(settings);
  let browser: Browser;
  let visitors: Visitor[] = [];

  beforeAll(async () => {
    await kreis.start(demo ? inject('demo') : undefined);
    browser = await openBrowser();
  });

  afterEach(async ({ task }) => {
    visitors = visitors.filter(({ page }) => !page.isClosed());
    if (task.result?.state !== 'fail' || visitors.length === 0) return;
    // The page's text explains a failure better than the element that the test waited for.
    const texts = await Promise.all(visitors.map((visitor) => visitor.text()));
    throw new Error(texts.map((text) => `The page showed: ${text}`).join('\n'));
  });

  afterAll(async () => {
    await browser?.close();
    await kreis.remove();
  });

  async function visit(address: string, { as, ...wishes }: Visit = {}): Promise<Visitor> {
    const visitor = await Visitor.arrive(browser, kreis.url, wishes);
    visitors.push(visitor);
    await visitor.page.goto(address);
    if (as !== undefined) await visitor.signIn(as);
    return visitor;
  }

  return { kreis, visit };
}

/** The looks in which every screen must work: for `test.for`. */
export const LOOKS = [
  { width: 360, dark: false },
  { width: 360, dark: true },
  { width: 1440, dark: false },
  { width: 1440, dark: true },
];
