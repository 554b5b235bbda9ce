/** Sorts names by the rules of the screens' language. */
import { i18n } from '@lingui/core';

/** Cached: a constructor takes longer than comparing a list's names. */
const collators = new Map<string, Intl.Collator>();

/**
 * `Ärztlicher Dienst` before `Beratung`, `figure 2` before `figure 10`. The server sorts by code
 * points, so the client sorts complete lists with this function.
 */
export function compareNames(a: string, b: string): number {
  return collatorOf(i18n.locale).compare(a, b);
}

/** Returns a sorted copy. */
export function sortedByName<Thing>(things: readonly Thing[], nameOf: (thing: Thing) => string): Thing[] {
  return things.toSorted((a, b) => compareNames(nameOf(a), nameOf(b)));
}

function collatorOf(locale: string): Intl.Collator {
  const known = collators.get(locale);
  if (known !== undefined) return known;
  // Before the first language is shown, the browser's order is used.
  const collator = new Intl.Collator(locale === '' ? undefined : locale, { numeric: true });
  collators.set(locale, collator);
  return collator;
}
