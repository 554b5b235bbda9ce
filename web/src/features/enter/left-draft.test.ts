import { create } from '@bufbuild/protobuf';
import { expect, test } from 'vitest';
import { type KpiValue, KpiValueSchema, KpiValueState, Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import type { Change } from '#shared/values/value-change';
import { BLANK, type Content } from './content';
import type { Draft } from './draft';
import { asTyped, leftAfter } from './left-draft';

const unit = Unit.PERCENTAGE;
const NAME = 'consultations';
const SEEN = { id: '70', etag: '1', number: 46 };

function numberOf(value: number, comment = ''): KpiValue {
  return create(KpiValueSchema, { id: '70', etag: '2', state: KpiValueState.RECORDED, value, comment });
}

const retracted = create(KpiValueSchema, { id: '70', etag: '2', state: KpiValueState.RETRACTED });
const marked = create(KpiValueSchema, {
  id: '70',
  etag: '2',
  state: KpiValueState.NOTHING_TO_REPORT,
  comment: 'closed',
});

const record: Change = { kind: 'record', etag: '0', value: 47, unit };
const correct = { kind: 'correct', id: '70', etag: '1', value: 47, unit } as const;
const retract: Change = { kind: 'retract', id: '70', etag: '1' };
const comment: Change = { kind: 'comment', id: '70', etag: '1', number: 46, unit, comment: 'estimate' };
const mark: Change = { kind: 'mark', etag: '0', reason: 'closed' };

function draftOf(change: Change, content: Content | undefined, rest: Partial<Draft> = {}): Draft {
  const next = content && { content, requestId: 'next' };
  return { name: NAME, attempt: { requestId: 'sent', change }, ...(next && { next }), ...rest };
}

function left(draft: Draft, saved: KpiValue | undefined): Draft | undefined {
  return draft.attempt && leftAfter(draft, draft.attempt, saved);
}

test.for<[string, Draft, KpiValue, object | undefined]>([
  ['nothing of what was saved', draftOf(correct, undefined, { text: '47' }), numberOf(47), undefined],
  [
    'the number before a correction',
    draftOf(correct, { number: 46, note: '', unit }, { text: '46' }),
    numberOf(47),
    { text: '46' },
  ],
  ['the blank before a number', draftOf(record, BLANK, { text: '' }), numberOf(47), { retract: true }],
  [
    'the number before a retraction',
    draftOf(retract, { number: 46, note: '', unit }, { text: '46' }),
    retracted,
    { text: '46' },
  ],
  [
    'the comment before another',
    draftOf(comment, { number: 46, note: '', unit }, { note: 'estimate' }),
    numberOf(46, 'estimate'),
    { note: '' },
  ],
  ['the blank before a mark', draftOf(mark, BLANK, { note: 'closed' }), marked, { retract: true }],
  [
    'the mark before a number',
    draftOf(record, { number: undefined, note: 'closed' }, { text: '' }),
    numberOf(47),
    { retract: true, note: 'closed' },
  ],
  [
    'the mark after a retraction',
    draftOf(retract, { number: undefined, note: 'closed' }, { text: '' }),
    retracted,
    { note: 'closed' },
  ],
  [
    'what is being written, over what was to follow',
    draftOf(correct, { number: 46, note: '', unit }, { text: '4', beneath: { text: '46' }, note: 'recount' }),
    numberOf(47),
    { text: '4', beneath: { text: '46' }, note: 'recount' },
  ],
])('once the call has its answer, what stays is %s', ([, draft, saved, expected]) => {
  const { id, etag, value: number, comment } = saved;
  const seen = { id, etag, ...(number !== undefined && { number }), ...(comment !== '' && { comment }) };
  expect(left(draft, saved)).toEqual(expected && { name: NAME, seen, ...expected });
});

test.for<[string, Draft, object]>([
  ['a number', draftOf(record, undefined, { text: '47' }), { text: '47' }],
  [
    'a number that was said again',
    draftOf({ ...correct, value: 46 }, undefined, { seen: SEEN, text: '46' }),
    { seen: SEEN, text: '46' },
  ],
  [
    'the number before a correction',
    draftOf(correct, { number: 46, note: '', unit }, { seen: SEEN, text: '46' }),
    { seen: SEEN, text: '46' },
  ],
  ['a retraction', draftOf(retract, undefined, { seen: SEEN, text: '' }), { seen: SEEN, retract: true }],
  ['the blank before a number', draftOf(record, BLANK, { text: '' }), { retract: true }],
  [
    'a comment that came by an undo',
    draftOf(comment, undefined, { seen: SEEN }),
    { seen: SEEN, note: 'estimate' },
  ],
  [
    'the comment before another',
    draftOf(comment, { number: 46, note: '', unit }, { seen: SEEN, note: 'estimate' }),
    { seen: SEEN, note: '' },
  ],
  ['a mark', draftOf(mark, undefined, { note: 'closed' }), { note: 'closed' }],
  ['the blank before a mark', draftOf(mark, BLANK, { note: 'closed' }), { retract: true }],
  [
    'a number after a mark',
    draftOf(mark, { number: 48, note: '', unit }, { text: '48', note: 'closed' }),
    { text: '48' },
  ],
  [
    'a comment that nothing of the call has changed',
    draftOf(correct, undefined, { seen: { ...SEEN, comment: 'recount' }, text: '47' }),
    { seen: { ...SEEN, comment: 'recount' }, text: '47' },
  ],
])('of a call whose answer is not known, what stays is %s', ([, draft, expected]) => {
  expect(asTyped(draft)).toEqual({ name: NAME, ...expected, earlier: draft.attempt });
});
