/**
 * The language of the screens: the chosen one, or the first of the browser's languages that kreis has,
 * or English.
 */
import { i18n, type Messages } from '@lingui/core';

export const LANGUAGES = ['de', 'fr', 'it', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Each language's own name. */
export const LANGUAGE_NAMES: Record<Language, string> = {
  de: 'Deutsch',
  fr: 'Français',
  it: 'Italiano',
  en: 'English',
};

const KEY = 'kreis.language';

/** Languages whose readers usually read another language of kreis: Romansh, Swiss German. */
const READ_AS: Record<string, Language> = { rm: 'de', gsw: 'de' };

export function preferredLanguage(): Language {
  const chosen = localStorage.getItem(KEY) ?? '';
  return isLanguage(chosen) ? chosen : languageFor(navigator.languages);
}

/** `tags`, such as `pt-BR`, are in the reader's order of preference. */
export function languageFor(tags: readonly string[]): Language {
  return tags.map(languageOf).find(isLanguage) ?? 'en';
}

/** Returns the browser's own tag, such as `de-CH`: browsers choose quotation marks and hyphenation by it. */
export function tagFor(language: Language, tags: readonly string[]): string {
  return tags.find((tag) => tag.toLowerCase().split('-')[0] === language) ?? language;
}

function languageOf(tag: string): string {
  const language = tag.toLowerCase().split('-')[0] ?? '';
  return READ_AS[language] ?? language;
}

/** Loads sentences of a language. */
export type Catalog = (language: Language) => Promise<{ messages: Messages }>;

/** The catalogs of the screens that were shown so far, after that of all other screens. */
const catalogs: Catalog[] = [(language) => import(`../../locales/${language}.po`)];

/** Loads the language's sentences and shows them. */
export async function showLanguage(language: Language): Promise<void> {
  const loaded = await Promise.all(catalogs.map((catalog) => catalog(language)));
  const messages = Object.assign({}, ...loaded.map((catalog) => catalog.messages));
  i18n.loadAndActivate({ locale: language, messages });
  document.documentElement.lang = tagFor(language, navigator.languages);
}

/** For screens with sentences of their own: loads these, and then a screen. */
export function withSentences(catalog: Catalog) {
  return <Screen>(load: () => Promise<Screen>) =>
    async () => {
      if (!catalogs.includes(catalog)) {
        i18n.load(i18n.locale, (await catalog(i18n.locale as Language)).messages);
        catalogs.push(catalog);
      }
      return load();
    };
}

export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(KEY, language);
  await showLanguage(language);
}

export function isLanguage(text: string | undefined): text is Language {
  return LANGUAGES.some((language) => language === text);
}
