import { expect, test } from 'vitest';
import { languageFor, tagFor } from './language';

test.for([
  [['de-CH', 'en'], 'de'],
  [['pt-BR', 'pt'], 'en'],
  [['pt-BR', 'fr-FR', 'de'], 'fr'],
  [['rm-CH'], 'de'],
  [['gsw-CH', 'fr'], 'de'],
  [['IT-ch'], 'it'],
  [['zh-Hans-CN'], 'en'],
  [[], 'en'],
] as const)('a reader of %j reads %s', ([tags, language]) => {
  expect(languageFor(tags)).toBe(language);
});

test('the page says which German it is where the browser says so', () => {
  expect(tagFor('de', ['en-GB', 'de-CH', 'de-DE'])).toBe('de-CH');
  expect(tagFor('de', ['en-GB'])).toBe('de');
  expect(tagFor('en', ['pt-BR'])).toBe('en');
});
