/** Number formats, and the person's choice of one. */
import { useSyncExternalStore } from 'react';
import { localItems } from '#shared/browser/storage';

export const FORMATS = ['swiss', 'german', 'french', 'english'] as const;
export type NumberFormat = (typeof FORMATS)[number];

/** A locale that writes numbers in this format. */
export const LOCALE_OF: Record<NumberFormat, string> = {
  swiss: 'de-CH',
  german: 'de-DE',
  french: 'fr-CH',
  english: 'en-GB',
};

/** A double has at most 17 significant digits, so the complete number is shown. */
const EVERY_DIGIT = 17;

const printers = printersFor({ maximumSignificantDigits: EVERY_DIGIT });

export function formatNumber(value: number, format: NumberFormat): string {
  return printers[format].format(value);
}

/** Call this once per use and keep the result: a constructor takes longer than printing a table's column. */
export function printersFor(options: Intl.NumberFormatOptions): Record<NumberFormat, Intl.NumberFormat> {
  return {
    swiss: new Intl.NumberFormat(LOCALE_OF.swiss, options),
    german: new Intl.NumberFormat(LOCALE_OF.german, options),
    french: new Intl.NumberFormat(LOCALE_OF.french, options),
    english: new Intl.NumberFormat(LOCALE_OF.english, options),
  };
}

/**
 * Returns a function that writes short numbers, such as `2 Mio.`. The language gives the word, the
 * format gives the separators. Call this once and keep the result.
 */
export function shortPrinter(
  format: NumberFormat,
  language: string,
  digits: number,
): (value: number) => string {
  const short = new Intl.NumberFormat(language, {
    notation: 'compact',
    maximumSignificantDigits: digits,
    useGrouping: 'always',
  });
  const signs = new Map(printers[format].formatToParts(-1000.5).map(({ type, value }) => [type, value]));
  return (value) =>
    short
      .formatToParts(value)
      .map(({ type, value: part }) => (isSign(type) ? signs.get(type) : undefined) ?? part)
      .join('');
}

function isSign(type: Intl.NumberFormatPartTypes): boolean {
  return type === 'group' || type === 'decimal';
}

const KEY = 'kreis.numbers';
const watchers = new Set<() => void>();

/** Returns the chosen format, or the usual format of the browser's language. */
export function chosenFormat(): NumberFormat {
  const chosen = localItems.getItem(KEY);
  return FORMATS.find((format) => format === chosen) ?? usualFormat(navigator.languages);
}

export function chooseFormat(format: NumberFormat): void {
  localItems.setItem(KEY, format);
  for (const watcher of watchers) watcher();
}

export function useNumberFormat(): NumberFormat {
  return useSyncExternalStore((watcher) => {
    watchers.add(watcher);
    return () => watchers.delete(watcher);
  }, chosenFormat);
}

/** A language without a country counts as Swiss, because kreis comes from Switzerland. */
export function usualFormat(languages: readonly string[]): NumberFormat {
  const [language = '', country = ''] = (languages[0] ?? '').split('-');
  if (language === 'fr') return 'french';
  if (language === 'en') return country === 'CH' ? 'swiss' : 'english';
  const german = language === 'de' || language === 'it';
  return german && country !== '' && country !== 'CH' && country !== 'LI' ? 'german' : 'swiss';
}
