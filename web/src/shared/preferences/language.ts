/**
 * The language of the screens: the chosen one, or the first of the browser's languages that kreis has,
 * or English.
 */
import { i18n, type Messages } from '@lingui/core';
import { localItems } from '#shared/browser/storage';

export const LANGUAGES = ['de', 'fr', 'it', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Each language's own name. */
export const LANGUAGE_NAMES: Record<Language, string> = {
  de: 'Deutsch',
  fr: 'Français',
  it: 'Italiano',
  en: 'English',
};

/** The language that the person chose in this browser. */
const KEY = 'kreis.language';
/** The language of the account that signed in last. */
const OF_USER_KEY = 'kreis.language-of-user';

/** What the person chose on this page and what is not in their account yet. */
let unkept: Language | undefined;

/** Languages whose readers usually read another language of kreis: Romansh, Swiss German. */
const READ_AS: Record<string, Language> = { rm: 'de', gsw: 'de' };

export function preferredLanguage(): Language {
  const chosen = localItems.getItem(KEY) ?? localItems.getItem(OF_USER_KEY) ?? '';
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

/** Whether a screen of the later ones was shown, so that their sentences are needed in every language. */
let needsLater = false;

/** Loads the language's sentences and shows them. */
export async function showLanguage(language: Language): Promise<void> {
  const withLater = needsLater;
  const [start, later] = await Promise.all([
    import(`../../locales/start/${language}.po`),
    withLater ? laterSentences(language) : undefined,
  ]);
  // A later screen may have come meanwhile.
  if (withLater !== needsLater) return showLanguage(language);
  i18n.load(language, { ...start.messages, ...later?.messages });
  i18n.activate(language);
  document.documentElement.lang = tagFor(language, navigator.languages);
}

/** Loads code together with the sentences that do not come first (`lingui.config.ts`). */
export async function withLaterSentences<Code>(load: () => Promise<Code>): Promise<Code> {
  const [code] = await Promise.all([load(), loadLaterSentences()]);
  return code;
}

async function loadLaterSentences(): Promise<void> {
  if (needsLater) return;
  const language = i18n.locale;
  const { messages } = await laterSentences(language);
  i18n.load(language, messages);
  // The person may have chosen another language meanwhile.
  if (i18n.locale !== language) return loadLaterSentences();
  needsLater = true;
}

function laterSentences(language: string): Promise<{ messages: Messages }> {
  return import(`../../locales/later/${language}.po`);
}

/** Shows the language of the signed-in person, if they chose no other one in this browser. */
export async function followLanguage(language: Language): Promise<void> {
  if (localItems.getItem(KEY) !== null) return;
  localItems.setItem(OF_USER_KEY, language);
  if (i18n.locale !== language) await showLanguage(language);
}

/** The choice that is to be put into the account of the person, if there is one. */
export function unkeptLanguage(): Language | undefined {
  return unkept;
}

/** The choice is in the account now. */
export function keepLanguage(): void {
  unkept = undefined;
}

export async function chooseLanguage(language: Language): Promise<void> {
  localItems.setItem(KEY, language);
  unkept = language;
  await showLanguage(language);
}

export function isLanguage(text: string | undefined): text is Language {
  return LANGUAGES.some((language) => language === text);
}
