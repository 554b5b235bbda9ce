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

/** Whether a screen was shown whose sentences load later. */
let areLaterOnesLoaded = false;

/** Loads the language's sentences and shows them. */
export async function showLanguage(language: Language): Promise<void> {
  const [{ messages }, later] = await Promise.all([
    import(`../../locales/${language}.po`),
    areLaterOnesLoaded ? laterSentences(language) : {},
  ]);
  i18n.loadAndActivate({ locale: language, messages: { ...messages, ...later } });
  document.documentElement.lang = tagFor(language, navigator.languages);
}

/** Loads, with the code of a screen, the sentences that only screens need which load later. */
export async function withLaterSentences<Screen>(screen: Promise<Screen>): Promise<Screen> {
  areLaterOnesLoaded = true;
  let language: string;
  do {
    language = i18n.locale;
    i18n.load(language, await laterSentences(language));
    // The person may have chosen another language meanwhile.
  } while (language !== i18n.locale);
  return screen;
}

async function laterSentences(language: string): Promise<Messages> {
  const { messages } = await import(`../../locales/later/${language}.po`);
  return messages;
}

export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(KEY, language);
  await showLanguage(language);
}

export function isLanguage(text: string | undefined): text is Language {
  return LANGUAGES.some((language) => language === text);
}
