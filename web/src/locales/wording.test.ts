/** The catalogs have the words of the glossary (`README.md`), and each language's punctuation. */
import { expect, test } from 'vitest';
import glossary from './README.md?raw';

const LANGUAGES = ['de', 'fr', 'it'] as const;
type Language = (typeof LANGUAGES)[number];

const catalogs = import.meta.glob<string>('./*/*.po', { query: '?raw', import: 'default', eager: true });

/** A mistake, and what it looks like. */
type Rule = [name: string, mistake: RegExp];

const EVERYWHERE: Rule[] = [
  ['the apostrophe is ’', /'/],
  ['quotes are « »', /["“”„]/],
  ['a no-break space stands before %', /(?<![\u00a0\d])%/],
];

const CLOSE_QUOTES: Rule[] = [
  ['no space within « »', /«\s|\s»/],
  ['no space before punctuation', /\s[:;?!]/],
];

const RULES: Record<Language, Rule[]> = {
  de: [...EVERYWHERE, ...CLOSE_QUOTES, ['ss instead of ß', /ß/]],
  fr: [
    ...EVERYWHERE,
    ['a narrow no-break space within « »', /«(?!\u202f)|(?<!\u202f)»/],
    ['a no-break space before : ; ? !', /(?<!\u00a0)[:;?!]/],
  ],
  it: [...EVERYWHERE, ...CLOSE_QUOTES],
};

test.for(LANGUAGES)('the sentences have the punctuation of %s', (language) => {
  const found = RULES[language].flatMap(([name, mistake]) =>
    sentencesOf(language)
      .filter((sentence) => mistake.test(sentence))
      .map((sentence) => `${name}: ${sentence}`),
  );
  expect(found).toEqual([]);
});

test.for(LANGUAGES)('no sentence has a word that the glossary strikes out for %s', (language) => {
  const avoided = avoidedOf(language);
  expect(avoided).not.toEqual([]);
  const found = avoided.flatMap((words) => {
    // Letters beside it make another word.
    const mistake = new RegExp(`(?<![\\p{L}-])${words}(?!\\p{L})`, 'iu');
    return sentencesOf(language)
      .filter((sentence) => mistake.test(sentence))
      .map((sentence) => `${words}: ${sentence}`);
  });
  expect(found).toEqual([]);
});

/** The translations of all catalogs of a language, without the names of their placeholders. */
function sentencesOf(language: Language): string[] {
  const sentences = Object.entries(catalogs)
    .filter(([path]) => path.endsWith(`/${language}.po`))
    .flatMap(([, text]) => [...text.matchAll(/^msgstr "(.+)"$/gm)])
    .map(([, sentence = '']) => sentence.replaceAll('\\"', '"').replace(/\{\w+(?=[,}])/g, '{'));
  expect(sentences.length).toBeGreaterThan(500);
  return sentences;
}

/** The words that the table strikes out in the column of a language. */
function avoidedOf(language: Language): string[] {
  const [head = [], ...rows] = glossary
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|').map((cell) => cell.trim()));
  const column = head.indexOf(language);
  return rows.flatMap((row) =>
    [...(row[column] ?? '').matchAll(/~~(.+?)~~/g)].map(([, words = '']) => words),
  );
}
