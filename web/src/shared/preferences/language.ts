/** The language of the screens: chosen once, else the first of the reader's that kreis has, else English. */
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

/** Languages whose readers are at home in one that kreis has: Romansh, Swiss German. */
const READ_AS: Record<string, Language> = { rm: 'de', gsw: 'de' };

export function preferredLanguage(): Language {
  const chosen = localStorage.getItem(KEY) ?? '';
  return isLanguage(chosen) ? chosen : languageFor(navigator.languages);
}

/** Of `tags` such as `pt-BR`, in the reader's order. */
export function languageFor(tags: readonly string[]): Language {
  return tags.map(languageOf).find(isLanguage) ?? 'en';
}

/** `de-CH` where the reader's German is that of Switzerland: browsers quote and hyphenate by it. */
export function tagFor(language: Language, tags: readonly string[]): string {
  return tags.find((tag) => tag.toLowerCase().split('-')[0] === language) ?? language;
}

function languageOf(tag: string): string {
  const language = tag.toLowerCase().split('-')[0] ?? '';
  return READ_AS[language] ?? language;
}

/** Loads the language's sentences and shows them. */
export async function showLanguage(language: Language): Promise<void> {
  const { messages } = await import(`../../locales/${language}.po`);
  i18n.loadAndActivate({ locale: language, messages });
  document.documentElement.lang = tagFor(language, navigator.languages);
}

export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(KEY, language);
  await showLanguage(language);
}

export function isLanguage(text: string | undefined): text is Language {
  return LANGUAGES.some((language) => language === text);
}
