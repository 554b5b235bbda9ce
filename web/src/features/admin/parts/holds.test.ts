import { expect, test } from 'vitest';
import { holds } from './holds';

test('every word that is searched for must be there, in any order', () => {
  expect(holds('Emil Rossi emil@example.org', 'rossi em')).toBe(true);
  expect(holds('Emil Rossi', 'emil blanc')).toBe(false);
});

test('capitals, accents and outer space do not matter', () => {
  expect(holds('Zoé Müller', ' zoe muller ')).toBe(true);
});

test('nothing searched for finds everything', () => {
  expect(holds('Emil Rossi', '')).toBe(true);
});
