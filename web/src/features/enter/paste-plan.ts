/** Plans what pasted lines do to the cells, and which questions come first. */
import type { NumberFormat } from '#shared/numbers/formats';
import { formatThatReads } from '#shared/numbers/reading';
import type { Slip } from '#shared/numbers/slips';
import { adornmentOf } from '#shared/numbers/units';
import type { Decision } from './cell';
import { isSum, type Shown } from './column-sums';
import type { Line, Use } from './paste';
import type { Row } from './rows';

/** The person's answers about a paste so far. */
export interface Answers {
  /** The format of its numbers; absent while every format is tried. */
  format?: NumberFormat;
  // The answers are stored by KPI, because another answer may move the lines to other rows.
  /** Values that the person confirmed: unusual values, and values that are no sums. */
  right: readonly { question: RightQuestion; kpiId: string; value: number }[];
  /** Set if the values are for the month on the screen, whatever the heading says. */
  thisMonth?: true;
  /**
   * For each line that names another circle: the circles that the person confirmed for the values
   * below it.
   */
  theseCircles: readonly { line: number; circles: readonly string[] }[];
  /** The texts to leave out. */
  out: readonly { kpiId: string; text: string }[];
}

export const NO_ANSWERS: Answers = { theseCircles: [], right: [], out: [] };

export function sayRight(answers: Answers, { plan }: PlannedLine): Answers {
  if (plan.kind !== 'question' || !canBeRight(plan.question)) return answers;
  const { kind: question, value } = plan.question;
  return { ...answers, right: [...answers.right, { question, kpiId: plan.row.kpi.id, value }] };
}

export function leaveOut(answers: Answers, { plan, text }: PlannedLine): Answers {
  if (plan.kind !== 'question') return answers;
  return { ...answers, out: [...answers.out, { kpiId: plan.row.kpi.id, text }] };
}

export function sayTheseCircles(answers: Answers, { plan, number }: PlannedLine): Answers {
  if (plan.kind !== 'not-of-circle') return answers;
  return { ...answers, theseCircles: [...answers.theseCircles, { line: number, circles: plan.circles }] };
}

/** Compares the circles too, because another answer may move values to other circles. */
function areTheseCircles({ theseCircles }: Answers, line: number, circles: readonly string[]): boolean {
  return theseCircles.some(
    (said) => said.line === line && circles.every((each) => said.circles.includes(each)),
  );
}

function isRight({ right }: Answers, question: RightQuestion, { kpi }: Row, value: number): boolean {
  return right.some((said) => said.question === question && said.kpiId === kpi.id && said.value === value);
}

function isLeftOut({ out }: Answers, { kpi }: Row, text: string): boolean {
  return out.some((said) => said.kpiId === kpi.id && said.text === text);
}

/** The content of a cell before the paste. */
export interface Before {
  /** A typed text that is not saved yet. */
  text: string | undefined;
  number: number | undefined;
  /** Whether the period is marked as nothing to report. */
  nothing: boolean;
}

export type PlannedLine = Line & { plan: Plan };

export type Plan =
  /** `new` fills a blank cell, `same` is there already, and `over` replaces something. */
  | { kind: 'new' | 'same' | 'over'; row: Row; before: Before; value: number }
  | { kind: 'question'; row: Row; before: Before; question: PasteQuestion }
  | {
      kind: 'skipped';
      why: Exclude<Use, { kind: 'value' | DoubtfulUse }> | { kind: 'out' } | Gone;
    }
  /** The first number may be a period in the heading of the column. */
  | { kind: 'heading-or-value' }
  /** The values may be for another month than the one on the screen. */
  | { kind: 'other-period'; heading: string }
  /** The values may be for another circle than the circles of their rows. */
  | { kind: 'not-of-circle'; heading: string; circles: string[] };

type DoubtfulUse = 'other-period' | 'not-of-circle' | 'heading-or-value';

/** The KPI was on the screen at the time of the paste, and is no longer there. */
interface Gone {
  kind: 'gone';
  name: string;
}

export type PasteQuestion =
  | { kind: 'ambiguous'; values: number[] }
  | { kind: 'slip'; slip: Slip; value: number }
  /** The number is the sum of the lines above. */
  | { kind: 'sum'; value: number }
  /** The number lies outside the KPI's limits. The person can only leave it out. */
  | { kind: 'limits'; value: number }
  | { kind: 'unreadable' };

type RightQuestion = 'slip' | 'sum';

/** Whether "it is right" is a possible answer. */
export function canBeRight(
  question: PasteQuestion,
): question is Extract<PasteQuestion, { kind: RightQuestion }> {
  return question.kind === 'slip' || question.kind === 'sum';
}

export interface Context {
  /** The rows as they were when the text was pasted. */
  rows: readonly Row[];
  /** The current row of a KPI; absent if the KPI is no longer on the screen. */
  current: (kpiId: string) => Row | undefined;
  before: (kpiId: string) => Before;
  /** The decision for a text in a cell. With a format the text counts as typed, without one as pasted. */
  judge: (kpiId: string, text: string, format: NumberFormat | undefined) => Decision;
}

export function planPaste(
  lines: readonly Line[],
  named: boolean,
  answers: Answers,
  context: Context,
): PlannedLine[] {
  const planned = lines.map((line) => ({ ...line, plan: planLine(line, answers, context) }));
  return named ? planned : withSumsAsked(planned, answers);
}

/**
 * The numbers to enter after all questions are answered. Unchanged numbers are included, because
 * another person may have changed the value since.
 */
export function numbersOf(planned: readonly PlannedLine[]): Map<string, number> {
  const numbers = new Map<string, number>();
  for (const { plan } of planned) {
    if (plan.kind === 'new' || plan.kind === 'over' || plan.kind === 'same')
      numbers.set(plan.row.kpi.id, plan.value);
  }
  return numbers;
}

const ASKED: readonly Plan['kind'][] = ['question', 'heading-or-value', 'other-period', 'not-of-circle'];

export function openQuestions(planned: readonly PlannedLine[]): number {
  return planned.filter(({ plan }) => ASKED.includes(plan.kind)).length;
}

/** Whether the paste fills blanks only, without any message or question. */
export function isPlain(planned: readonly PlannedLine[]): boolean {
  return planned.every(({ plan }) => plan.kind === 'new' || plan.kind === 'same') && !repeatsLast(planned);
}

/** So many numbers in a row are not the last ones again by accident. */
const REPEATED = 3;

/** Whether the paste is probably the column of the month before: each new number is the last one of its row. */
export function repeatsLast(planned: readonly PlannedLine[]): boolean {
  const filled = planned.flatMap(({ plan }) => (plan.kind === 'new' ? [plan] : []));
  return filled.length >= REPEATED && filled.every(({ row, value }) => row.last === value);
}

/** Texts that two formats read as different numbers. One answer holds for all of them. */
export function ambiguousOf(planned: readonly PlannedLine[]): { row: Row; text: string; values: number[] }[] {
  return planned.flatMap(({ plan, text }) =>
    plan.kind === 'question' && plan.question.kind === 'ambiguous'
      ? [{ row: plan.row, text, values: plan.question.values }]
      : [],
  );
}

/** The format in which the text reads as this value. */
export function formatFor(
  { row, text }: { row: Row; text: string },
  value: number,
): NumberFormat | undefined {
  return formatThatReads(text, value, adornmentOf(row.kpi.unit));
}

function planLine(line: Line, answers: Answers, context: Context): Plan {
  const { number, text, use } = line;
  if (use.kind === 'heading-or-value') return use;
  if (use.kind === 'other-period')
    return answers.thisMonth ? planLine({ ...line, use: use.otherwise }, answers, context) : use;
  if (use.kind === 'not-of-circle')
    return areTheseCircles(answers, number, use.circles)
      ? { kind: 'skipped', why: { kind: 'heading' } }
      : use;
  if (use.kind !== 'value') return { kind: 'skipped', why: use };
  const pastedTo = context.rows[use.row];
  if (pastedTo === undefined) return { kind: 'skipped', why: { kind: 'no-row' } };
  const row = context.current(pastedTo.kpi.id);
  if (row === undefined) return { kind: 'skipped', why: { kind: 'gone', name: pastedTo.kpi.name } };
  if (isLeftOut(answers, row, text)) return { kind: 'skipped', why: { kind: 'out' } };
  const before = context.before(row.kpi.id);
  const decision = context.judge(row.kpi.id, text, answers.format);
  const ask = (question: PasteQuestion): Plan => ({ kind: 'question', row, before, question });
  if (decision.kind === 'ask') {
    const { question } = decision;
    if (question.kind === 'ambiguous') return ask(question);
    if (question.kind !== 'slip') return ask({ kind: 'unreadable' });
    if (!isWithinLimits(question.value, row)) return ask({ kind: 'limits', value: question.value });
    return isRight(answers, 'slip', row, question.value) ? enter(row, before, question.value) : ask(question);
  }
  const value = decision.kind === 'enter' ? decision.value : before.number;
  if (value === undefined) return ask({ kind: 'unreadable' });
  return isWithinLimits(value, row) ? enter(row, before, value) : ask({ kind: 'limits', value });
}

function enter(row: Row, before: Before, value: number): Plan {
  const untouched = before.text === undefined;
  if (untouched && before.number === value) return { kind: 'same', row, before, value };
  const blank = untouched && before.number === undefined && !before.nothing;
  return { kind: blank ? 'new' : 'over', row, before, value };
}

function isWithinLimits(value: number, { kpi }: Row): boolean {
  const { minimum = -Infinity, maximum = Infinity } = kpi.limits ?? {};
  return value >= minimum && value <= maximum;
}

/**
 * Asks about possible sums in a column without names. A sum may be at the end of the column. Further
 * up, a number may be a sum unless its history shows that it is usual.
 */
function withSumsAsked(planned: readonly PlannedLine[], answers: Answers): PlannedLine[] {
  const all: Shown[] = [];
  let sinceSum: Shown[] = [];
  return planned.map((line, index) => {
    const { plan, text, use } = line;
    if (use.kind === 'sum') sinceSum = [];
    const value = numberIn(plan);
    if (value === undefined || !('row' in plan)) return line;
    const { row, before } = plan;
    const shown = { value, text, unit: row.kpi.unit };
    const isUsual = plan.kind !== 'question' && row.history.length > 0;
    const mayBeSum = index === planned.length - 1 || !isUsual;
    const addsUp = [sinceSum, all].some((above) => above.length > 1 && isSum(shown, above));
    if (mayBeSum && addsUp && !isRight(answers, 'sum', row, value)) {
      sinceSum = [];
      return { ...line, plan: { kind: 'question', row, before, question: { kind: 'sum', value } } };
    }
    all.push(shown);
    sinceSum.push(shown);
    return line;
  });
}

/** The pasted number, with or without a question; absent if the text is no number, or is ambiguous. */
function numberIn(plan: Plan): number | undefined {
  if (plan.kind === 'question') return 'value' in plan.question ? plan.question.value : undefined;
  return 'value' in plan ? plan.value : undefined;
}
