import { expect, test } from 'vitest';
import { Periodicity, Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { PERIODICITIES, UNITS } from './names';

const numbersOf = (values: object) => Object.values(values).filter((value) => Number(value) > 0);

test('the selects offer every periodicity and every unit of the contract', () => {
  expect(new Set(PERIODICITIES)).toEqual(new Set(numbersOf(Periodicity)));
  expect(new Set(UNITS)).toEqual(new Set(numbersOf(Unit)));
});
