/** A person at a browser, who finds controls by their texts. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import {
  type Browser,
  type BrowserContext,
  chromium,
  type Locator,
  type Page,
  type Request,
  type Route,
} from 'playwright-core';
import { expect } from 'vitest';
import { PASSWORD, TARGET } from './kreis';

/** The directory of the screenshots. */
export const SHOTS = join(TARGET, 'screenshots');

/** Chromium without requests to its vendor. Without a sandbox, because the tests may run as root. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Longer than the time in which an answer to a new question, preview or dialogue does not count. */
export const READ_MS = 700;

/** Presses an answer, by pointer or key, after the time to read its question. */
export async function pressOnceRead(answer: Locator, key?: 'Enter'): Promise<void> {
  await answer.waitFor();
  await answer.page().waitForTimeout(READ_MS);
  await (key === undefined ? answer.click() : answer.press(key));
}

/** Replaces the text of a field key by key. Playwright's `fill` inserts it at once, as if from the clipboard. */
export async function typeOver(field: Locator, text: string): Promise<void> {
  await field.selectText();
  await field.page().keyboard.type(text);
}

/** The maximum length of the page text in a failure, in characters. */
const MAX_TEXT = 900;

/** More than the Tab stops of any screen. */
const MOST_TABS = 100;

export function openBrowser(flags: string[] = []): Promise<Browser> {
  // Headless Chromium uses a third less of the processor.
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium-headless-shell';
  return chromium.launch({ executablePath, args: [...FLAGS, ...flags] });
}

export interface Wishes {
  locale?: string;
  width?: number;
  dark?: boolean;
  /** A touch screen with a virtual keyboard. */
  touch?: boolean;
}

export class Visitor {
  readonly context: BrowserContext;
  readonly page: Page;
  /** The labels of the sign-in form, in the visitor's language. */
  readonly words: SignInWords;
  readonly #look: string;
  readonly #complaints: string[] = [];
  readonly #openCalls = new Set<Request>();

  private constructor(context: BrowserContext, page: Page, words: SignInWords, look: string) {
    this.context = context;
    this.page = page;
    this.words = words;
    this.#look = look;
    // A violation of the Content-Security-Policy or an uncaught error is a defect on any screen.
    page.on('pageerror', (error) => this.#complaints.push(String(error)));
    page.on('request', (request) => {
      if (request.method() === 'POST') this.#openCalls.add(request);
    });
    page.on('requestfinished', (request) => this.#openCalls.delete(request));
    page.on('requestfailed', (request) => this.#openCalls.delete(request));
    page.on('console', (message) => {
      if (/Content Security Policy|Warning:/.test(message.text())) this.#complaints.push(message.text());
    });
  }

  static async arrive(browser: Browser, url: string, wishes: Wishes): Promise<Visitor> {
    const { width = 1440, locale = 'en-GB', dark = false, touch = false } = wishes;
    const colorScheme = dark ? 'dark' : 'light';
    const context = await browser.newContext({
      baseURL: url,
      locale,
      colorScheme,
      viewport: { width, height: width < 600 ? 740 : 900 },
      reducedMotion: 'reduce',
      hasTouch: touch,
      isMobile: touch,
    });
    context.setDefaultTimeout(15_000);
    const words = WORDS[locale.split('-')[0] ?? ''] ?? ENGLISH;
    return new Visitor(context, await context.newPage(), words, `${width}-${colorScheme}`);
  }

  /** Another tab of the same browser, with the same session. */
  async openTab(address: string): Promise<Visitor> {
    const tab = new Visitor(this.context, await this.context.newPage(), this.words, this.#look);
    await tab.page.goto(address);
    return tab;
  }

  async signIn(email: string, password = PASSWORD): Promise<void> {
    await this.page.getByLabel(this.words.email).fill(email);
    await this.page.getByLabel(this.words.password, { exact: true }).fill(password);
    await this.page.getByRole('button', { name: this.words.signIn }).click();
  }

  /** Signs out by the menu of the person with this name. */
  async signOut(name: string): Promise<void> {
    await this.page.getByRole('button', { name }).click();
    await this.page.getByRole('button', { name: 'Sign out', exact: true }).click();
  }

  /** Returns the authorization header that the page sends after `act`. */
  async authorizationOf(act: () => Promise<void>): Promise<string> {
    const sent = this.page.waitForRequest((request) => request.url().endsWith('/GetMe'));
    await act();
    const { authorization = '' } = await (await sent).allHeaders();
    expect(authorization).toMatch(/^Bearer ./);
    return authorization;
  }

  /** Presses Tab until the control has the focus. After the last control, the focus returns to the first. */
  async tabTo(control: Locator): Promise<void> {
    const reached = control.and(this.page.locator(':focus'));
    for (let presses = 0; (await reached.count()) === 0; presses += 1) {
      expect(presses, `${control} can be reached with Tab`).toBeLessThan(MOST_TABS);
      await this.page.keyboard.press('Tab');
    }
  }

  /** Pastes as from a spreadsheet, without the clipboard, which all tests on the machine share. */
  async paste(into: Locator, text: string): Promise<void> {
    await into.evaluate((input, pasted) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', pasted);
      const init = { clipboardData, bubbles: true, cancelable: true };
      input.dispatchEvent(new ClipboardEvent('paste', init));
    }, text);
  }

  /** The text of the focused element. */
  async focused(): Promise<string> {
    return this.page.evaluate(() => document.activeElement?.textContent ?? '');
  }

  /** Checks that axe finds no serious fault and that nothing is wider than the screen. Takes a screenshot. */
  async inspect(name: string): Promise<void> {
    mkdirSync(SHOTS, { recursive: true });
    await this.page.screenshot({ path: join(SHOTS, `${name}-${this.#look}.png`), fullPage: true });
    await this.page.evaluate(axe.source);
    const found = await this.page.evaluate(async () => {
      const { axe } = globalThis as unknown as { axe: typeof import('axe-core') };
      const { violations } = await axe.run({ resultTypes: ['violations'] });
      return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
    });
    expect(found, name).toEqual([]);
    const wider = await this.page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(wider, `${name} scrolls sideways`).toBeLessThanOrEqual(0);
    expect(this.#complaints, name).toEqual([]);
  }

  /** Waits for the last calls that a page makes by itself, at once: for notices about the account, and what is due. */
  async untilQuiet(): Promise<void> {
    await this.page.waitForFunction(() =>
      performance.getEntriesByType('resource').some(({ name }) => name.endsWith('/ListNotices')),
    );
    await expect.poll(() => this.#openCalls.size).toBe(0);
  }

  /** The beginning of the page's text, on one line. The text of a dialogue comes first. */
  async text(): Promise<string> {
    const said = await this.page.evaluate(() => {
      const page = document.body.cloneNode(true) as HTMLElement;
      for (const unread of page.querySelectorAll('select, style, script')) unread.remove();
      const dialogues = [...page.querySelectorAll('[role=dialog]')];
      return [...dialogues, page].map(({ textContent }) => textContent).join(' ');
    });
    return said.replace(/\s+/g, ' ').slice(0, MAX_TEXT);
  }

  async leave(): Promise<void> {
    await this.context.close();
    expect(this.#complaints).toEqual([]);
  }
}

/** Stops the page's clock. From then on, only the test advances it. */
export async function stopClock({ clock }: Page): Promise<void> {
  await clock.install();
  await clock.pauseAt(Date.now() + 60_000);
}

/** A promise and its resolve function. */
export function gate(): { passed: Promise<void>; open: () => void } {
  let open = () => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open };
}

/** The server carries out the request, but the answer never reaches the page. */
export async function loseAnswer(route: Route): Promise<void> {
  await route.fetch();
  await route.abort('connectionreset');
}

interface SignInWords {
  email: string;
  password: string;
  signIn: string;
}

export const ENGLISH: SignInWords = { email: 'E-mail', password: 'Password', signIn: 'Sign in' };
export const GERMAN: SignInWords = { email: 'E-Mail', password: 'Passwort', signIn: 'Anmelden' };
const FRENCH: SignInWords = { email: 'E-mail', password: 'Mot de passe', signIn: 'Se connecter' };
const ITALIAN: SignInWords = { email: 'E-mail', password: 'Password', signIn: 'Accedi' };
const WORDS: Record<string, SignInWords> = { de: GERMAN, fr: FRENCH, it: ITALIAN };
