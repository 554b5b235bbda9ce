/** The calls of a page that have no answer yet. */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** Longer than a page takes to make the next call once the answer to the last one is there. */
const QUIET_MS = 500;

export class OpenCalls {
  #open = 0;
  #changedAt = Date.now();
  /** Whether the page has asked for the notices about the account, which it does last. */
  #askedLast = false;

  constructor(page: Page) {
    page.on('request', (request) => {
      this.#count(1);
      if (request.url().endsWith('/ListNotices')) this.#askedLast = true;
    });
    page.on('requestfinished', () => this.#count(-1));
    page.on('requestfailed', () => this.#count(-1));
  }

  /** Waits until the page has made the calls that it makes by itself, and has the answers. */
  async untilNone(): Promise<void> {
    const quiet = () => this.#askedLast && this.#open === 0 && Date.now() - this.#changedAt >= QUIET_MS;
    await expect.poll(quiet, { timeout: 15_000 }).toBe(true);
  }

  #count(by: 1 | -1): void {
    this.#open += by;
    this.#changedAt = Date.now();
  }
}
