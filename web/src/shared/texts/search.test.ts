import { expect, test } from 'vitest';
import { isFound } from './search';

test('every word that is searched for must be there, in any order', () => {
  expect(isFound('Emil Rossi emil@example.org', 'rossi em')).toBe(true);
  expect(isFound('Emil Rossi', 'emil blanc')).toBe(false);
});

test('capitals, accents and outer space do not matter', () => {
  expect(isFound('Zoé Müller', ' zoe muller ')).toBe(true);
});

test('a letter of two is found by both, and an apostrophe of either kind', () => {
  expect(isFound('Cœur de l’été', "l'ete coeur")).toBe(true);
  expect(isFound('Strasse', 'straße')).toBe(true);
});

test('nothing searched for finds everything', () => {
  expect(isFound('Emil Rossi', '')).toBe(true);
});
