import { expect, test } from 'vitest';
import { KpiState } from '#gen/kreis/kpi/v1/state_pb';
import { movementOf } from './movers';
import type { Row } from './rows';

function row(id: string, then: [KpiState, number?], now: [KpiState, number?], corrected = 0): Row {
  return {
    id,
    name: id,
    state: now[0],
    distance: now[1] === undefined ? undefined : { points: now[1] },
    earlier: { state: then[0], distancePoints: then[1], correctedCount: corrected, recordedCount: 1 },
  } as Row;
}

const { ON_TRACK, SLIGHTLY_BEHIND, BEHIND, NO_STATEMENT } = KpiState;

test('the KPIs that have moved most come first, and each kind of change is counted', () => {
  const movement = movementOf([
    row('still', [ON_TRACK, 4], [ON_TRACK, 4.4]),
    row('worse', [SLIGHTLY_BEHIND, -8], [BEHIND, -12], 2),
    row('better', [ON_TRACK, 1], [ON_TRACK, 20]),
    row('new', [NO_STATEMENT], [BEHIND, -30]),
    row('gone', [ON_TRACK, 3], [NO_STATEMENT]),
  ]);
  expect(movement.movers.map(({ row: { id }, points }) => [id, points])).toEqual([
    ['better', 19],
    ['worse', -4],
  ]);
  expect(movement).toMatchObject({ better: 1, worse: 1, tipped: 1, corrected: 2, recorded: 5 });
});

test('without a day to compare with, nothing has changed', () => {
  const alone = { ...row('alone', [ON_TRACK, 1], [BEHIND, -30]), earlier: undefined };
  expect(movementOf([alone])).toMatchObject({ movers: [], better: 0, tipped: 0, recorded: 0 });
});
