/** What a person does to a sheet as a whole: many numbers at once, and back again. */
import { randomId } from '#shared/ids/random-id';
import { formatNumber, type NumberFormat } from '#shared/numbers/formats';
import type { Written } from '#shared/numbers/written';
import { isOpen } from './cell';
import { type Content, withNumber } from './content';
import type { Row } from './rows';
import type { Sheet } from './sheet';
import type { Step } from './undo-history';

/** What was taken back, or done again. */
export type Taken =
  /** A text that had not been saved. */
  { kind: 'text'; kpiId: string } | { kind: 'undone' | 'redone'; step: Step };

/**
 * Puts numbers into cells, in the units that these rows show; whatever stood there gives
 * way. Answers the step, where there is one to take back.
 */
export function enterNumbers(
  sheet: Sheet,
  numbers: ReadonlyMap<string, number>,
  rows: readonly Row[],
  format: NumberFormat,
): Step | undefined {
  const entries = rows.flatMap(({ kpi: { id: kpiId, unit } }) => {
    const number = numbers.get(kpiId);
    if (number === undefined) return [];
    const before = sheet.meant(kpiId);
    return [{ kpiId, before, after: withNumber(before, number, unit), requestId: randomId() }];
  });
  const step = sheet.history.record(entries);
  for (const { kpiId, after: content, requestId } of entries) {
    sheet.bring(kpiId, { content, requestId }, sheet.cell(kpiId).value, writtenAs(content, format));
  }
  return step;
}

/**
 * Takes back the last thing that was done. What was typed and is not saved comes
 * first: in the cell that has the keyboard, then in those that were left open.
 * Absent where there is nothing.
 */
export function undo(sheet: Sheet, focused: string | undefined, format: NumberFormat): Taken | undefined {
  const { last, leftOpen } = sheet.history;
  const open = [focused, ...leftOpen.toReversed(), ...cellsOf(last)].find((id) => isOpenIn(sheet, id));
  if (open !== undefined) {
    sheet.restore(open);
    return { kind: 'text', kpiId: open };
  }
  return undoLast(sheet, format);
}

/** Whether a step can be taken back by itself: it was done last, and nothing newer stands in its cells. */
export function canTakeBack(sheet: Sheet, step: Step): boolean {
  return sheet.history.last === step && !cellsOf(step).some((kpiId) => isOpenIn(sheet, kpiId));
}

/** Takes back this step and nothing else. */
export function takeBack(sheet: Sheet, step: Step, format: NumberFormat): Taken | undefined {
  return canTakeBack(sheet, step) ? undoLast(sheet, format) : undefined;
}

function undoLast(sheet: Sheet, format: NumberFormat): Taken | undefined {
  const step = sheet.history.undo();
  if (step === undefined) return undefined;
  for (const { kpiId, before } of step) putBack(sheet, kpiId, before, format);
  return { kind: 'undone', step };
}

/** Does again what was taken back last, unless a text would be lost by it. */
export function redo(sheet: Sheet, focused: string | undefined, format: NumberFormat): Taken | undefined {
  if ([focused, ...cellsOf(sheet.history.next)].some((id) => isOpenIn(sheet, id))) return undefined;
  const step = sheet.history.redo();
  if (step === undefined) return undefined;
  for (const { kpiId, after } of step) putBack(sheet, kpiId, after, format);
  return { kind: 'redone', step };
}

/** Refused where the value is not any more what this sheet made of it. */
function putBack(sheet: Sheet, kpiId: string, content: Content, format: NumberFormat): void {
  const wanted = { content, requestId: randomId() };
  const { number } = content;
  const { value, written } = sheet.cell(kpiId);
  // What a call under way changes is written as well: the draft knows the number by its text.
  const isLeftAlone =
    written === undefined && number === value?.value && number === sheet.meant(kpiId).number;
  sheet.bring(kpiId, wanted, sheet.lastSaved(kpiId), isLeftAlone ? undefined : writtenAs(content, format));
}

function cellsOf(step: Step | undefined): string[] {
  return (step ?? []).map(({ kpiId }) => kpiId);
}

function isOpenIn(sheet: Sheet, kpiId: string | undefined): boolean {
  return kpiId !== undefined && isOpen(sheet.cell(kpiId));
}

function writtenAs({ number }: Content, format: NumberFormat): Written {
  return { text: number === undefined ? '' : formatNumber(number, format), format };
}
