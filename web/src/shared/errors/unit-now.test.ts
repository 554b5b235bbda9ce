import { Code, ConnectError } from '@connectrpc/connect';
import { expect, test } from 'vitest';
import { ErrorInfoSchema } from '#gen/google/rpc/error_details_pb';
import { Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { unitNow } from './unit-now';

function refused(reason: string, unit: string): ConnectError {
  const value = { domain: 'kreis.kpi', reason, metadata: { unit } };
  return new ConnectError('', Code.FailedPrecondition, undefined, [{ desc: ErrorInfoSchema, value }]);
}

test('a refused number names the unit of now, in the words of the contract', () => {
  expect(unitNow(refused('UNIT_CHANGED', 'UNIT_SCORE'))).toBe(Unit.SCORE);
  expect(unitNow(refused('UNIT_CHANGED', 'UNIT_CHF'))).toBe(Unit.CHF);
});

test('no other refusal, and no unit of a newer contract, is taken for one', () => {
  expect(unitNow(refused('UNIT_CHANGED', 'UNIT_HOURS'))).toBeUndefined();
  expect(unitNow(refused('KPI_INACTIVE', 'UNIT_SCORE'))).toBeUndefined();
  expect(unitNow(new TypeError('failed to fetch'))).toBeUndefined();
});
