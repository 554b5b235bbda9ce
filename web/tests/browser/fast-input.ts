/**
 * Sends the keys and clicks of a person to the browser without waiting after each. The browser handles
 * them in order. Playwright's own functions wait each time.
 */
import type { CDPSession, Page } from 'playwright-core';

const CONTROL = 2;
const SHIFT = 8;

/** The code, the number and the text of a key, by its name. */
const NAMED: Record<string, { code: string; number: number; text?: string }> = {
  Enter: { code: 'Enter', number: 13, text: '\r' },
  Tab: { code: 'Tab', number: 9 },
  Escape: { code: 'Escape', number: 27 },
  ArrowLeft: { code: 'ArrowLeft', number: 37 },
  ArrowUp: { code: 'ArrowUp', number: 38 },
  ArrowDown: { code: 'ArrowDown', number: 40 },
  Delete: { code: 'Delete', number: 46 },
  '.': { code: 'Period', number: 190, text: '.' },
  ' ': { code: 'Space', number: 32, text: ' ' },
};

export class FastInput {
  readonly #browser: CDPSession;

  static async of(page: Page): Promise<FastInput> {
    return new FastInput(await page.context().newCDPSession(page));
  }

  private constructor(browser: CDPSession) {
    this.#browser = browser;
  }

  /** Keys as Playwright names them, such as `Enter` or `Control+Shift+z`. */
  async press(...keys: string[]): Promise<void> {
    const events = keys.map(eventOf).flatMap((event) => {
      const down = { ...event, type: event.text === undefined ? 'rawKeyDown' : 'keyDown' } as const;
      const { text: _, ...up } = event;
      return [down, { ...up, type: 'keyUp' } as const];
    });
    await Promise.all(events.map((event) => this.#browser.send('Input.dispatchKeyEvent', event)));
  }

  /** Holds a key, so that the keyboard repeats it, and releases it. */
  async hold(keys: string, repeats: number): Promise<void> {
    const { text: _, ...event } = eventOf(keys);
    const downs = Array.from({ length: 1 + repeats }, (_repeat, index) => ({
      ...event,
      type: 'rawKeyDown' as const,
      autoRepeat: index > 0,
    }));
    const events = [...downs, { ...event, type: 'keyUp' as const }];
    await Promise.all(events.map((each) => this.#browser.send('Input.dispatchKeyEvent', each)));
  }

  async type(text: string): Promise<void> {
    await this.press(...text);
  }

  async click(x: number, y: number): Promise<void> {
    const at = { x, y, button: 'left', clickCount: 1 } as const;
    const events = (['mousePressed', 'mouseReleased'] as const).map((type) => ({ ...at, type }));
    await Promise.all(events.map((event) => this.#browser.send('Input.dispatchMouseEvent', event)));
  }
}

function eventOf(keys: string) {
  const [key = '', ...held] = keys.split('+').reverse();
  const modifiers = (held.includes('Control') ? CONTROL : 0) + (held.includes('Shift') ? SHIFT : 0);
  const { code, number, text } = NAMED[key] ?? character(key);
  const writes = text !== undefined && !held.includes('Control');
  return {
    key,
    code,
    windowsVirtualKeyCode: number,
    modifiers,
    ...(writes && { text, unmodifiedText: text }),
  };
}

/** A digit or a lower-case letter. */
function character(key: string) {
  if (!/^[a-z0-9]$/.test(key)) throw new Error(`the keyboard has no key ${key}`);
  const capital = key.toUpperCase();
  return { code: /\d/.test(key) ? `Digit${key}` : `Key${capital}`, number: capital.charCodeAt(0), text: key };
}
