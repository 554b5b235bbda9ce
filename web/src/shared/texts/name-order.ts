/** The order of names in lists and choices: that of the language of the screens. */
import { i18n } from '@lingui/core';

/** Making one takes longer than comparing a list's names with it. */
const collators = new Map<string, Intl.Collator>();

/**
 * `Ärztlicher Dienst` before `Beratung`, `figure 2` before `figure 10`. The server
 * sorts by code points, so whoever shows a whole list sorts it with this.
 */
export function compareNames(a: string, b: string): number {
  return collatorOf(i18n.locale).compare(a, b);
}

/** A sorted copy. */
export function sortedByName<Thing>(things: readonly Thing[], nameOf: (thing: Thing) => string): Thing[] {
  return things.toSorted((a, b) => compareNames(nameOf(a), nameOf(b)));
}

function collatorOf(locale: string): Intl.Collator {
  const known = collators.get(locale);
  if (known !== undefined) return known;
  // Before a language is shown there is none: the browser's order will do.
  const collator = new Intl.Collator(locale === '' ? undefined : locale, { numeric: true });
  collators.set(locale, collator);
  return collator;
}
