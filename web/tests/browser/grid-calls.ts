/**
 * The calls by which a page changes values. The tests hold back some of them and lose others in either
 * direction. This happens inside the page, below the client. Interception by Playwright costs more
 * than the call itself, and it disables the browser's cache.
 */
import type { Page } from 'playwright-core';

export type Fault = 'lost-request' | 'lost-answer' | 'held';

/** What the page reports about its calls. */
export interface CallState {
  /** Changes without an answer in the page, by their content. */
  unanswered: Set<string>;
  /** How many of them are in progress. */
  inProgress: number;
  /** How many calls in progress are held back. */
  heldBack: number;
  /** The authorization header of the page's calls. */
  authorization: string;
}

declare global {
  interface Window {
    gridCalls: CallState;
  }
}

const FAULT = 'grid.fault';
const HELD_MS = 60;

export class GridCalls {
  readonly #page: Page;

  /** Call this before the page is opened. */
  static async watch(page: Page): Promise<GridCalls> {
    await page.addInitScript(watchFetch, { faultKey: FAULT, heldMs: HELD_MS });
    return new GridCalls(page);
  }

  private constructor(page: Page) {
    this.#page = page;
  }

  /** Applies to the next change, also after a reload of the page. */
  async failNext(fault: Fault | undefined): Promise<void> {
    await this.#page.evaluate(([key, value]) => sessionStorage.setItem(key, value), [
      FAULT,
      fault ?? '',
    ] as const);
  }

  async authorization(): Promise<string> {
    return this.#page.evaluate(() => window.gridCalls.authorization);
  }

  /** Lets the held calls pass. */
  async release(): Promise<void> {
    await this.#page.clock.fastForward(HELD_MS);
  }
}

/** Runs in the page before all other code. */
function watchFetch({ faultKey, heldMs }: { faultKey: string; heldMs: number }): void {
  const calls: CallState = { unanswered: new Set(), inProgress: 0, heldBack: 0, authorization: '' };
  const fetchReally = window.fetch.bind(window);
  window.gridCalls = calls;

  function takeFault(): string {
    const fault = sessionStorage.getItem(faultKey) ?? '';
    sessionStorage.removeItem(faultKey);
    return fault;
  }

  async function change(sent: string, call: () => Promise<Response>): Promise<Response> {
    const fault = takeFault();
    if (fault === 'held') {
      calls.heldBack += 1;
      await new Promise((resolve) => setTimeout(resolve, heldMs));
      calls.heldBack -= 1;
    }
    if (fault === 'lost-answer') await (await call()).arrayBuffer();
    if (fault.startsWith('lost')) throw new TypeError('Failed to fetch');
    const response = await call();
    const answer = await response.arrayBuffer();
    calls.unanswered.delete(sent);
    return new Response(answer, response);
  }

  window.fetch = async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    calls.authorization = new Headers(init?.headers).get('authorization') ?? calls.authorization;
    if (!/\/((Record|Correct|Retract)KpiValue|MarkNothingToReport)$/.test(url))
      return fetchReally(input, init);
    // A retry has the same content.
    const sent = `${url} ${String(init?.body)}`;
    calls.unanswered.add(sent);
    calls.inProgress += 1;
    try {
      return await change(sent, () => fetchReally(input, init));
    } finally {
      calls.inProgress -= 1;
    }
  };
}
