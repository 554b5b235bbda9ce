import { expect, test } from 'vitest';
import { parseSearch, stringifySearch } from './address';

test('a search string is readable, and parsing returns what was written', () => {
  const search = { circle: '7', month: '2026-03', find: '100 % & more' };
  expect(stringifySearch(search)).toBe('?circle=7&month=2026-03&find=100+%25+%26+more');
  expect(parseSearch(stringifySearch(search))).toEqual(search);
});

test('absent fields are left out of the address', () => {
  expect(stringifySearch({ circle: undefined, year: 2026 })).toBe('?year=2026');
  expect(stringifySearch({ circle: undefined })).toBe('');
  expect(parseSearch('')).toEqual({});
});
