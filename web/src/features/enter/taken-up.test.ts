import { create } from '@bufbuild/protobuf';
import { beforeAll, expect, test, vi } from 'vitest';
import { type KpiValue, KpiValueSchema, Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import type { Change } from '#shared/values/value-change';
import type { Draft } from './draft';
import { TakenUp } from './taken-up';

/** No screen is painted here. */
beforeAll(() => void vi.stubGlobal('requestAnimationFrame', () => 0));

const ID = '7';
const REQUEST = 'the id of the request';

function value(number: number, etag: string): KpiValue {
  return create(KpiValueSchema, { id: '70', kpiId: ID, value: number, etag });
}

function record(value: number, unit = Unit.SCORE): Change {
  return { kind: 'record', etag: '0', value, unit };
}

test('an earlier attempt keeps its request id for the same change, and for that alone', () => {
  const earlier = { requestId: REQUEST, change: record(640) };
  const draft: Draft = { name: 'consultations', text: '640', earlier };
  const stored = value(640, '1');
  const same = new TakenUp();
  expect(same.cellOf(ID, draft, stored).value).toBeUndefined();
  expect(same.repeats(ID, record(640))?.requestId).toBe(REQUEST);
  expect(same.repeats(ID, record(640))?.requestId).toBeUndefined();
  const other = new TakenUp();
  other.cellOf(ID, draft, stored);
  expect(other.repeats(ID, record(650))?.requestId).toBeUndefined();
});

test('a draft goes on from the version that was seen, and leaves what the server has', () => {
  const takenUp = new TakenUp();
  const seen = { id: '70', etag: '1', number: 800 };
  const now = value(820, '2');
  const cell = takenUp.cellOf(ID, { name: 'consultations', text: '810', seen }, now);
  expect(cell.value?.etag).toBe('1');
  expect(cell.state.kind).toBe('typing');
  expect(takenUp.valueNow(ID, cell.value)).toBe(now);
  const saved = value(810, '3');
  expect(takenUp.valueNow(ID, saved)).toBe(saved);
});

test('a retraction that is kept is asked about again, where there is something to take back', () => {
  const change = { kind: 'retract', id: '70', etag: '1' } as const;
  const draft: Draft = {
    name: 'consultations',
    seen: { id: '70', etag: '1', number: 820 },
    retract: true,
    earlier: { requestId: REQUEST, change },
  };
  const asked = { kind: 'asking', question: { kind: 'retract' } };
  const takenUp = new TakenUp();
  expect(takenUp.cellOf(ID, draft, value(820, '2'))).toMatchObject({ state: asked, value: { etag: '1' } });
  expect(takenUp.repeats(ID, change)?.requestId).toBe(REQUEST);
  expect(new TakenUp().cellOf(ID, draft, undefined)).toMatchObject({ state: { kind: 'idle' } });
  // A first number was sent and undone: the question is about the number that is shown.
  const first: Draft = { name: 'consultations', retract: true };
  expect(new TakenUp().cellOf(ID, first, value(820, '1'))).toMatchObject({
    state: asked,
    value: { value: 820 },
  });
});

test('a draft over a value that was taken back since keeps its version', () => {
  const seen = { id: '70', etag: '1', number: 820 };
  const number: Draft = { name: 'consultations', text: '820', seen };
  // The number is entered again, although it is the same.
  expect(new TakenUp().cellOf(ID, number, undefined).value).toMatchObject({ id: '70', etag: '1' });
  expect(new TakenUp().cellOf(ID, number, undefined).value?.value).toBeUndefined();
  const comment: Draft = { name: 'consultations', note: 'closed for a week', seen };
  expect(new TakenUp().cellOf(ID, comment, undefined).value).toMatchObject({
    id: '70',
    etag: '1',
    value: 820,
  });
});

test('what an earlier session sent comes back with the unit in which it was typed', () => {
  const earlier = { requestId: REQUEST, change: record(640, Unit.PERCENTAGE) };
  const beneath: Draft = { name: 'consultations', text: '7', earlier, beneath: { text: '640' } };
  const takenUp = new TakenUp();
  const { value: none } = takenUp.cellOf(ID, { ...beneath, unit: Unit.SCORE }, undefined);
  expect(takenUp.cellBeneath(ID, none)).toMatchObject({ written: { text: '640' }, unit: Unit.PERCENTAGE });
  expect(takenUp.repeats(ID, record(640, Unit.SCORE))?.requestId).toBeUndefined();
  expect(takenUp.repeats(ID, earlier.change)?.requestId).toBe(REQUEST);
});

test('what comes back without a unit of its own has that of its draft', () => {
  const earlier = { requestId: REQUEST, change: { kind: 'retract', id: '70', etag: '1' } } as const;
  const draft: Draft = { name: 'consultations', unit: Unit.SCORE, text: '7', beneath: { text: '640' } };
  for (const kept of [draft, { ...draft, earlier }]) {
    const takenUp = new TakenUp();
    const { value: none } = takenUp.cellOf(ID, kept, undefined);
    expect(takenUp.cellBeneath(ID, none)).toMatchObject({ written: { text: '640' }, unit: Unit.SCORE });
  }
});

test('what is written over an earlier attempt gives way to it once, and to nothing after it was replaced', () => {
  const earlier = { requestId: REQUEST, change: record(640) };
  const draft: Draft = { name: 'consultations', text: '7', earlier, beneath: { text: '640' } };
  const given = new TakenUp();
  const { value: none } = given.cellOf(ID, draft, undefined);
  expect(given.cellBeneath(ID, none)).toMatchObject({ written: { text: '640' }, state: { kind: 'typing' } });
  expect(given.repeats(ID, record(640))?.requestId).toBe(REQUEST);
  expect(given.cellBeneath(ID, none)).toMatchObject({ written: undefined, state: { kind: 'idle' } });

  const replaced = new TakenUp();
  replaced.cellOf(ID, draft, undefined);
  expect(replaced.repeats(ID, record(700))?.requestId).toBeUndefined();
  // A number that is refused has not replaced it yet.
  expect(replaced.earlierOf(ID)).toEqual({ earlier, beneath: { text: '640' } });
  replaced.forgetEarlier(ID);
  expect(replaced.cellBeneath(ID, none).written).toBeUndefined();
});
