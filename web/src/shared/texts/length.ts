/**
 * Texts against the contract's limits. A field lets in what is too long and says so: cut
 * by the browser, the end of what was pasted would be lost without a word.
 */
import type { I18n } from '@lingui/core';
import { msg } from '@lingui/core/macro';

const TOO_MANY = msg`{excess, plural, one {# character} other {# characters}} too many: at most {most} fit here.`;

/** How many characters are too many, as the server counts: without outer space, and a line break as one. */
export function excessOf(text: string, most: number): number {
  const kept = text.trim().replaceAll('\r\n', '\n');
  if (kept.length <= most) return 0;
  // A string iterates by Unicode scalar values; its length counts units of UTF-16.
  return Math.max(0, [...kept].length - most);
}

/** Says how much is too much; absent where the text fits. */
export function lengthFault(text: string, most: number, i18n: I18n): string | undefined {
  const excess = excessOf(text, most);
  return excess === 0 ? undefined : i18n._(TOO_MANY.id, { excess, most: String(most) });
}
