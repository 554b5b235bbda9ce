import { expect, test } from 'vitest';
import { COLUMNS, chosenCircle, orderOf, readAddress, sortKey } from './address';

test('an address keeps what makes sense and drops the rest', () => {
  const address = {
    circle: '7',
    month: '2026-03',
    sort: '-progress',
    find: '12',
    state: 'slightly-behind',
    view: 'list',
  };
  expect(readAddress(address)).toEqual(address);
  expect(readAddress({ circle: 'theirs', month: '2026-13', sort: 'colour', find: '' })).toEqual({});
  expect(readAddress({ state: 'lost', view: 'board' })).toEqual({});
  expect(readAddress({ circle: '1.5', month: '2300-01', sort: '3' })).toEqual({});
});

test('every order has a key that leads back to it', () => {
  for (const column of COLUMNS) {
    for (const descending of [false, true]) {
      expect(orderOf(sortKey({ column, descending }))).toEqual({ column, descending });
    }
  }
});

test('my circles come first if I have any, else all', () => {
  expect(chosenCircle(undefined, ['7'])).toBe('mine');
  expect(chosenCircle(undefined, [])).toBe('all');
  expect(chosenCircle('mine', [])).toBe('all');
  expect(chosenCircle('all', ['7'])).toBe('all');
  expect(chosenCircle('3', undefined)).toBe('3');
  expect(chosenCircle('mine', undefined)).toBeUndefined();
});
