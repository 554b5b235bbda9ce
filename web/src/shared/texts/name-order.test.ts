import { i18n } from '@lingui/core';
import { expect, test } from 'vitest';
import { compareNames, sortedByName } from './name-order';

const CIRCLES = [
  'Zürich',
  'Beratung',
  'Ärztlicher Dienst',
  'Öffentlichkeit',
  'Organisation',
  'administration',
];

test.for(['de', 'en', 'fr', 'it'])('an umlaut stands beside its letter, in %s', (language) => {
  i18n.loadAndActivate({ locale: language, messages: {} });
  expect(sortedByName(CIRCLES, (name) => name)).toEqual([
    'administration',
    'Ärztlicher Dienst',
    'Beratung',
    'Öffentlichkeit',
    'Organisation',
    'Zürich',
  ]);
});

test('numbers in names stand in the order of numbers', () => {
  expect(['house 10', 'house 2'].sort(compareNames)).toEqual(['house 2', 'house 10']);
});
