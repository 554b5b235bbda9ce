import { create } from '@bufbuild/protobuf';
import { describe, expect, test } from 'vitest';
import { type Target, TargetSchema, Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { changeAgainst, goodDirection, targetOfYear, verdictOn } from './change';

function target(initialValue: number, targetValue: number, fromYear = 2024): Target {
  return create(TargetSchema, { fromYear, initialValue, targetValue });
}

describe('change against an earlier value', () => {
  test('percentages and scores differ by points', () => {
    expect(changeAgainst(46, 43.5, Unit.PERCENTAGE)).toEqual({ kind: 'points', amount: -2.5 });
    expect(changeAgainst(-20, 35, Unit.SCORE)).toEqual({ kind: 'points', amount: 55 });
  });

  test('flows differ by a part of what they were', () => {
    expect(changeAgainst(200, 150, Unit.CHF)).toEqual({ kind: 'percent', amount: -25 });
    expect(changeAgainst(40, 50, Unit.AMOUNT)).toEqual({ kind: 'percent', amount: 25 });
  });

  test('a rise from below zero is a rise', () => {
    expect(changeAgainst(-100, -50, Unit.CHF)).toEqual({ kind: 'percent', amount: 50 });
    expect(changeAgainst(-100, 50, Unit.CHF)).toEqual({ kind: 'percent', amount: 150 });
  });

  test('nothing is compared with a blank, and no flow with zero', () => {
    for (const unit of [Unit.CHF, Unit.AMOUNT, Unit.PERCENTAGE, Unit.SCORE]) {
      expect(changeAgainst(undefined, 5, unit)).toBeUndefined();
    }
    expect(changeAgainst(0, 5, Unit.CHF)).toBeUndefined();
    expect(changeAgainst(0, 0, Unit.AMOUNT)).toBeUndefined();
  });

  test('a level of zero is a value like any other', () => {
    expect(changeAgainst(0, 5, Unit.SCORE)).toEqual({ kind: 'points', amount: 5 });
    expect(changeAgainst(5, 0, Unit.PERCENTAGE)).toEqual({ kind: 'points', amount: -5 });
    expect(changeAgainst(5, 0, Unit.CHF)).toEqual({ kind: 'percent', amount: -100 });
  });
});

describe('better or worse', () => {
  test('the target says which way is good', () => {
    expect(goodDirection(target(78, 95))).toBe('higher');
    expect(goodDirection(target(3.5, 2))).toBe('lower');
    expect(goodDirection(target(-100, -120))).toBe('lower');
  });

  test('without a target, or with one that is reached from the start, no way is good', () => {
    expect(goodDirection(undefined)).toBeUndefined();
    expect(goodDirection(target(50, 50))).toBeUndefined();
  });

  test('a rise is good only where higher is better', () => {
    const rise = { kind: 'points', amount: 0.4 } as const;
    const fall = { kind: 'percent', amount: -12 } as const;
    expect(verdictOn(rise, 'higher')).toBe('better');
    expect(verdictOn(rise, 'lower')).toBe('worse');
    expect(verdictOn(fall, 'higher')).toBe('worse');
    expect(verdictOn(fall, 'lower')).toBe('better');
    expect(verdictOn(rise, undefined)).toBeUndefined();
  });

  test('no change is neither, whichever way is good', () => {
    const none = { kind: 'percent', amount: 0 } as const;
    for (const good of ['higher', 'lower', undefined] as const) expect(verdictOn(none, good)).toBe('same');
  });
});

test('a year is measured by the newest target that began by then, and earlier years by the first', () => {
  const targets = [target(0, 10, 2024), target(0, 20, 2026)];
  expect([2023, 2024, 2025, 2026, 2030].map((year) => targetOfYear(targets, year)?.targetValue)).toEqual([
    10, 10, 10, 20, 20,
  ]);
  expect(targetOfYear([], 2026)).toBeUndefined();
});
