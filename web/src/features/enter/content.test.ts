import { create } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type KpiValue, KpiValueSchema, KpiValueState, Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import {
  agrees,
  BLANK,
  type Content,
  changeInto,
  contentAfter,
  contentOf,
  heldIn,
  insistedOn,
  isSameContent,
  saidAgain,
  withNote,
} from './content';

const unit = Unit.SCORE;

const contents: fc.Arbitrary<Content> = fc.oneof(
  fc.constant(BLANK),
  fc.record({ number: fc.constant(undefined), note: fc.constantFrom('closed', 'holidays') }),
  fc.record({
    number: fc.integer({ min: 0, max: 3 }),
    note: fc.constantFrom('', 'counted', 'estimated'),
    unit: fc.constant(unit),
  }),
);

/** The value as the server returns it; absent for a period that never had a value. */
function stored({ number, note }: Content, everHad: boolean): KpiValue | undefined {
  if (isSameContent({ number, note }, BLANK) && !everHad) return undefined;
  const nothing = note === '' ? KpiValueState.RETRACTED : KpiValueState.NOTHING_TO_REPORT;
  return create(KpiValueSchema, {
    id: '7',
    etag: '3',
    comment: note,
    state: number === undefined ? nothing : KpiValueState.RECORDED,
    ...(number !== undefined && { value: number }),
  });
}

test('any content is reached from any other in two changes at most, in its unit', () => {
  fc.assert(
    fc.property(contents, contents, fc.boolean(), (from, to, everHad) => {
      expect(contentOf(stored(from, everHad), unit)).toEqual(from);
      let now = from;
      let changes = 0;
      for (;;) {
        const change = changeInto(to, stored(now, everHad || changes > 0));
        if (change === undefined) break;
        now = contentAfter(change, now);
        changes += 1;
        expect(changes).toBeLessThanOrEqual(2);
      }
      expect(now).toEqual(to);
    }),
  );
});

test('two people agree where each wanted what the other has entered', () => {
  const number = { number: 2, unit, note: 'counted' };
  expect(agrees({ kind: 'record', etag: '0', value: 2, unit }, number)).toBe(true);
  expect(agrees({ kind: 'correct', id: '7', etag: '3', value: 2, unit }, number)).toBe(true);
  expect(agrees({ kind: 'correct', id: '7', etag: '3', value: 2, unit, comment: 'estimated' }, number)).toBe(
    false,
  );
  expect(agrees({ kind: 'correct', id: '7', etag: '3', value: 3, unit }, number)).toBe(false);
  expect(agrees({ kind: 'retract', id: '7', etag: '3' }, BLANK)).toBe(true);
  expect(agrees({ kind: 'retract', id: '7', etag: '3' }, number)).toBe(false);
  expect(agrees({ kind: 'mark', etag: '0', reason: 'closed' }, { number: undefined, note: 'closed' })).toBe(
    true,
  );
  // A comment belongs to the number that the person saw.
  expect(agrees({ kind: 'comment', id: '7', etag: '3', number: 2, unit, comment: 'counted' }, number)).toBe(
    true,
  );
  expect(agrees({ kind: 'comment', id: '7', etag: '3', number: 1, unit, comment: 'counted' }, number)).toBe(
    false,
  );
});

test('a number is said again only where one is seen', () => {
  const number = { number: 2, unit, note: '' };
  expect(saidAgain(number, stored(number, true))).toEqual({
    kind: 'correct',
    id: '7',
    etag: '3',
    value: 2,
    unit,
  });
  expect(saidAgain(BLANK, stored(BLANK, true))).toBeUndefined();
  expect(saidAgain(number, undefined)).toBeUndefined();
});

test('a number goes with the unit in which it was seen, whatever is done to its comment', () => {
  const wanted = { number: 2, note: '', unit };
  const there = stored({ number: 1, note: '', unit }, true);
  for (const change of [changeInto(wanted, undefined), changeInto(wanted, there), saidAgain(wanted, there)]) {
    expect(change).toMatchObject({ value: 2, unit });
    expect(change && contentAfter(change, BLANK).unit).toBe(unit);
  }
  const commented = withNote({ number: 1, note: '', unit }, 'counted');
  const comment = changeInto(commented, there);
  expect(comment).toMatchObject({ kind: 'comment', number: 1 });
  for (const before of [heldIn(there), BLANK]) {
    expect(comment && contentAfter(comment, before)).toEqual({ number: 1, note: 'counted', unit });
  }
  // A comment that the person insists on goes to the other person's number, in the unit shown for that
  // number.
  const theirs = { number: 3, note: '', unit: Unit.PERCENTAGE };
  expect(comment && insistedOn(comment, theirs)).toEqual({ ...theirs, note: 'counted' });
  // The content of the other person does not change the unit of my number.
  const mine = { kind: 'record', etag: '0', value: 2, unit } as const;
  expect(insistedOn(mine, { ...theirs, note: 'counted' })).toEqual({ number: 2, note: 'counted', unit });
});
