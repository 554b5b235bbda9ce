/** What every file of browser tests begins with: a kreis, a browser, and people who come to it. */
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, inject } from 'vitest';
import { Kreis } from './kreis';
import { openBrowser, Visitor, type Wishes } from './visitor';

interface Visit extends Wishes {
  /** E-mail of whoever signs in; nobody does where it is absent. */
  as?: string;
}

/** Both are there from the first test of the file to the last. Without the demo kreis has nobody, as on the first day. */
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
    // What a failed test left on the screen says more than what it waited for.
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

/** How every screen has to be fit to be seen: for `test.for`. */
export const LOOKS = [
  { width: 360, dark: false },
  { width: 360, dark: true },
  { width: 1440, dark: false },
  { width: 1440, dark: true },
];
