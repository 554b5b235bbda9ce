/** The language of the screens: chosen once, else the browser's, else German. */
import { i18n } from '@lingui/core';

export const LANGUAGES = ['de', 'fr', 'it', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Each language's name for itself. */
export const LANGUAGE_NAMES: Record<Language, string> = {
  de: 'Deutsch',
  fr: 'Français',
  it: 'Italiano',
  en: 'English',
};

const KEY = 'kreis.language';

export function preferredLanguage(): Language {
  const wished = [localStorage.getItem(KEY) ?? '', ...navigator.languages];
  return wished.map((tag) => tag.split('-')[0]).find(isLanguage) ?? 'de';
}

/** Loads the language's sentences and shows them. */
export async function showLanguage(language: Language): Promise<void> {
  const { messages } = await import(`../../locales/${language}.po`);
  i18n.loadAndActivate({ locale: language, messages });
  document.documentElement.lang = language;
}

export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(KEY, language);
  await showLanguage(language);
}

export function isLanguage(text: string | undefined): text is Language {
  return LANGUAGES.some((language) => language === text);
}
