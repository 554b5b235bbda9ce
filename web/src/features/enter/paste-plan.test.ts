import { create } from '@bufbuild/protobuf';
import { expect, test } from 'vitest';
import { KpiSchema, type KpiValue, KpiValueSchema, KpiValueState, Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { type Cell, decide, isMarked, UNTOUCHED } from './cell';
import { type Line, NOTHING_SAID, type PastePlace, readPaste } from './paste';
import {
  type Answers,
  ambiguousOf,
  type Context,
  formatFor,
  isPlain,
  leaveOut,
  NO_ANSWERS,
  numbersOf,
  openQuestions,
  type PlannedLine,
  planPaste,
  sayRight,
  sayTheseCircles,
} from './paste-plan';
import type { Row } from './rows';

const NAMES = ['consultations', 'reachability', 'donations', 'new members'];
const LIMITS = { minimum: 0, maximum: 100 };

const rows: Row[] = NAMES.map((name) => ({
  kpi: create(KpiSchema, {
    id: name,
    name,
    unit: name === 'reachability' ? Unit.PERCENTAGE : Unit.AMOUNT,
    ...(name === 'reachability' && { limits: LIMITS }),
  }),
  period: { year: 2026, month: 9 },
  value: undefined,
  last: name === 'consultations' ? 690 : undefined,
  lastPeriod: undefined,
  yearBefore: undefined,
  history: name === 'consultations' ? [{ monthsBefore: 1, value: 690 }] : [],
}));

const place: PastePlace = {
  rows: NAMES.map((name) => ({ name, circle: '', known: [] })),
  elsewhere: [],
  circles: [],
  from: 0,
  month: { year: 2026, month: 9 },
};

/** `now` are the rows on the screen after the paste. */
function contextWith(cells: Record<string, Partial<Cell>> = {}, now: readonly Row[] = rows): Context {
  const cellOf = (kpiId: string): Cell => ({ ...UNTOUCHED, ...cells[kpiId] });
  return {
    rows,
    current: (kpiId) => now.find(({ kpi }) => kpi.id === kpiId),
    before: (kpiId) => {
      const { written, value } = cellOf(kpiId);
      return { text: written?.text, number: value?.value, nothing: isMarked(value) };
    },
    judge: (kpiId, text, format) => {
      const row = now.find(({ kpi }) => kpi.id === kpiId);
      if (row === undefined) throw new Error(`there is no row ${kpiId}`);
      const around = { unit: row.kpi.unit, history: row.history, neighbours: [] };
      const pasted = { ...cellOf(kpiId), written: { text, ...(format && { format }) } };
      return decide(pasted, row, around, format ?? 'swiss');
    },
  };
}

function linesOf(text: string): Line[] {
  const paste = readPaste(text, place);
  if (paste.kind !== 'lines') throw new Error(`${text} is no block`);
  return paste.lines;
}

function plan(text: string, cells: Record<string, Partial<Cell>> = {}, answers: Answers = NO_ANSWERS) {
  return planPaste(linesOf(text), false, answers, contextWith(cells));
}

/** The plan of each line, such as `new`, or the kind of its question or of its reason. */
function kinds(planned: readonly PlannedLine[]): string[] {
  return planned.map(({ plan: { kind, ...rest } }) =>
    'question' in rest ? rest.question.kind : 'why' in rest ? rest.why.kind : kind,
  );
}

function stored(value: number | undefined, state = KpiValueState.RECORDED): KpiValue {
  return create(KpiValueSchema, { id: '1', etag: '1', state, ...(value !== undefined && { value }) });
}

test('blanks that are filled with clear numbers leave nothing to ask', () => {
  const planned = plan('697\n82.5\n');
  expect(kinds(planned)).toEqual(['new', 'new']);
  expect(isPlain(planned)).toBe(true);
  expect(numbersOf(planned)).toEqual(
    new Map([
      ['consultations', 697],
      ['reachability', 82.5],
    ]),
  );
});

test('three numbers that are all the last values of their rows are not entered unseen', () => {
  const last = [690, 82, 105_000, 34];
  const now = rows.map((row, index) => ({ ...row, last: last[index] }));
  const isEnteredAtOnce = (text: string) =>
    isPlain(planPaste(linesOf(text), false, NO_ANSWERS, contextWith({}, now)));
  expect(isEnteredAtOnce('690\n82\n105000\n34')).toBe(false);
  expect(isEnteredAtOnce('690\n82\n105000')).toBe(false);
  expect(isEnteredAtOnce('690\n82')).toBe(true);
  expect(isEnteredAtOnce('690\n82\n105001')).toBe(true);
});

test('whatever a number takes the place of is said, and the same number stays', () => {
  const planned = plan('697\n82\n105000\n34', {
    consultations: { value: stored(690) },
    reachability: { value: stored(82) },
    donations: { value: { ...stored(undefined, KpiValueState.NOTHING_TO_REPORT), comment: 'Closed.' } },
    'new members': { written: { text: '3', format: 'swiss' }, state: { kind: 'typing' } },
  });
  expect(kinds(planned)).toEqual(['over', 'same', 'over', 'over']);
  expect(isPlain(planned)).toBe(false);
  // The number is sent again: another person may have changed it since.
  expect([...numbersOf(planned).keys()]).toEqual(NAMES);
});

test('a question stays until it is answered, or its line left out', () => {
  const text = '6970\n101\nn/a\n34';
  expect(kinds(plan(text))).toEqual(['slip', 'limits', 'unreadable', 'new']);
  expect(openQuestions(plan(text))).toBe(3);
  const answers = plan(text).reduce(sayRight, NO_ANSWERS);
  expect(kinds(plan(text, {}, answers))).toEqual(['new', 'limits', 'unreadable', 'new']);
  const out = plan(text, {}, answers).reduce(leaveOut, answers);
  expect(kinds(plan(text, {}, out))).toEqual(['new', 'out', 'out', 'new']);
  expect(openQuestions(plan(text, {}, out))).toBe(0);
});

test('one answer says how all numbers are written', () => {
  const text = '1.234\n81,5\n105.000\n';
  const [first] = ambiguousOf(plan(text));
  expect(first?.values).toEqual([1.234, 1234]);
  const format = first && formatFor(first, 1234);
  const answered = plan(text, {}, { ...NO_ANSWERS, ...(format && { format }) });
  expect([...numbersOf(answered).values()]).toEqual([1234, 81.5, 105_000]);
});

test('the sum of a column is asked about, but not one that was said to be right', () => {
  expect(kinds(plan('690.1\n20.2\n710.3'))).toEqual(['new', 'new', 'sum']);
  expect(kinds(plan('690\n10'))).toEqual(['new', 'new']);
  expect(kinds(plan('0\n0\n0'))).toEqual(['new', 'new', 'new']);
  const answers = plan('690.1\n20.2\n710.3').reduce(sayRight, NO_ANSWERS);
  expect(kinds(plan('690.1\n20.2\n710.3', {}, answers))).toEqual(['new', 'new', 'new']);
});

test('a sum further up is asked about where no history speaks for it', () => {
  expect(kinds(plan('690\n20.2\n710.2\n34'))).toEqual(['new', 'new', 'sum', 'new']);
  expect(kinds(plan('690\n20\n105000\n34'))).toEqual(['new', 'new', 'new', 'new']);
});

test('that an unusual number is right does not say that it is no sum', () => {
  const unusual = rows.map((row) =>
    row.kpi.id === 'donations' ? { ...row, history: [{ monthsBefore: 1, value: 7000 }] } : row,
  );
  const planned = (text: string, answers = NO_ANSWERS) =>
    planPaste(linesOf(text), false, answers, contextWith({}, unusual));
  const text = '690\n10\n700';
  expect(kinds(planned(text))).toEqual(['new', 'new', 'sum']);
  const noSum = planned(text).reduce(sayRight, NO_ANSWERS);
  expect(kinds(planned(text, noSum))).toEqual(['new', 'new', 'slip']);
  const right = planned(text, noSum).reduce(sayRight, noSum);
  expect(kinds(planned(text, right))).toEqual(['new', 'new', 'new']);
  // The same holds further up, if the history shows that the number is unusual.
  expect(kinds(planned(`${text}\n34`))).toEqual(['new', 'new', 'sum', 'new']);
});

test('a number that is in question is a part of the sum below it', () => {
  expect(kinds(plan('6970\n30\n7000'))).toEqual(['slip', 'new', 'sum']);
});

test('a total that differs by what was rounded is asked about, a number next to it is not', () => {
  const amounts = contextWith(
    {},
    rows.map((row) => ({ ...row, kpi: create(KpiSchema, { ...row.kpi, unit: Unit.AMOUNT }) })),
  );
  const planned = (text: string) => kinds(planPaste(linesOf(text), false, NO_ANSWERS, amounts));
  expect(planned('690.3\n33.3\n723.7')).toEqual(['new', 'new', 'sum']);
  expect(planned('690.3\n33.3\n724.6')).toEqual(['new', 'new', 'new']);
});

test('values below another circle wait until it is said that they are for this one', () => {
  const inCounselling: PastePlace = {
    ...place,
    rows: NAMES.map((name) => ({ name, circle: 'Counselling', known: [] })),
    circles: ['Counselling', 'Library'],
  };
  const paste = readPaste('Library August 2026\n697\n82', inCounselling, {
    ...NOTHING_SAID,
    doubtful: ['heading'],
  });
  const planned = (answers: Answers) =>
    planPaste(paste.kind === 'lines' ? paste.lines : [], false, answers, contextWith());
  expect(kinds(planned(NO_ANSWERS))).toEqual(['other-period', 'new', 'new']);
  const month: Answers = { ...NO_ANSWERS, thisMonth: true };
  expect(kinds(planned(month))).toEqual(['not-of-circle', 'new', 'new']);
  expect(openQuestions(planned(month))).toBe(1);
  const both = planned(month).reduce(sayTheseCircles, month);
  expect(kinds(planned(both))).toEqual(['heading', 'new', 'new']);
});

test('values below another month wait until it is said that they are for this one', () => {
  const text = 'August 2026\n697\n82';
  expect(kinds(plan(text))).toEqual(['other-period', 'new', 'new']);
  expect(openQuestions(plan(text))).toBe(1);
  expect(kinds(plan(text, {}, { ...NO_ANSWERS, thisMonth: true }))).toEqual(['heading', 'new', 'new']);
});

test('a KPI that went away since is named, and the other lines stay with their KPIs', () => {
  const now = rows.filter(({ kpi }) => kpi.id !== 'reachability');
  const planned = planPaste(linesOf('697\n82\n105000'), false, NO_ANSWERS, contextWith({}, now));
  expect(kinds(planned)).toEqual(['new', 'gone', 'new']);
  expect([...numbersOf(planned)]).toEqual([
    ['consultations', 697],
    ['donations', 105_000],
  ]);
});

test('an answer holds for a KPI and what was pasted for it, not for a line', () => {
  const right = plan('6970\n82').reduce(sayRight, NO_ANSWERS);
  expect(kinds(plan('6970\n82', {}, right))).toEqual(['new', 'new']);
  expect(kinds(plan('6980\n82', {}, right))).toEqual(['slip', 'new']);
  const out = plan('n/a\n82').reduce(leaveOut, NO_ANSWERS);
  expect(kinds(plan('n/a\n82', {}, out))).toEqual(['out', 'new']);
  expect(kinds(plan('697\nn/a', {}, out))).toEqual(['new', 'unreadable']);
});
