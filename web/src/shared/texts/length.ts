/**
 * Checks texts against the contract's limits. A field accepts text that is too long and says so. If
 * the browser cut it, the end of a pasted text would be lost silently.
 */
import type { I18n } from '@lingui/core';
import { msg } from '@lingui/core/macro';

const TOO_MANY = msg`{excess, plural, one {# character} other {# characters}} too many: at most {most} fit here.`;

/** Returns the number of excess characters, counted as the server does: trimmed, and a line break as one. */
export function excessOf(text: string, most: number): number {
  const kept = text.trim().replaceAll('\r\n', '\n');
  if (kept.length <= most) return 0;
  // Iterating a string gives Unicode scalar values; its length counts UTF-16 units.
  return Math.max(0, [...kept].length - most);
}

/** Returns a sentence with the excess; absent if the text fits. */
export function lengthFault(text: string, most: number, i18n: I18n): string | undefined {
  const excess = excessOf(text, most);
  return excess === 0 ? undefined : i18n._(TOO_MANY.id, { excess, most: String(most) });
}
