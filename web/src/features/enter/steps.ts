/** Actions on a whole sheet: entering many numbers at once, undo and redo. */
import { randomId } from '#shared/ids/random-id';
import { formatNumber, type NumberFormat } from '#shared/numbers/formats';
import type { Written } from '#shared/numbers/written';
import { isOpen } from './cell';
import { type Content, withNumber } from './content';
import type { Row } from './rows';
import type { Sheet } from './sheet';
import type { Step } from './undo-history';

/** What was undone or redone. */
export type Taken =
  /** A text that had not been saved. */
  { kind: 'text'; kpiId: string } | { kind: 'undone' | 'redone'; step: Step };

/**
 * Replaces the content of cells by numbers, in the units that these rows show. Returns the step, if
 * there is one to undo.
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
 * Undoes the last action. Unsaved text comes first: in the focused cell, then in the cells that were
 * left open. Absent if there is nothing to undo.
 */
export function undo(sheet: Sheet, focused: string | undefined, format: NumberFormat): Taken | undefined {
  const { last, leftOpen } = sheet.history;
  const open = [focused, ...leftOpen.toReversed(), ...cellsOf(last)].find((id) => isOpenIn(sheet, id));
  if (open !== undefined) {
    sheet.restore(open);
    return { kind: 'text', kpiId: open };
  }
  return last && undoStep(sheet, last, format);
}

/** Whether a step alone can be undone: its cells hold nothing newer. */
export function canTakeBack(sheet: Sheet, step: Step): boolean {
  return sheet.history.isLastOfItsCells(step) && !cellsOf(step).some((kpiId) => isOpenIn(sheet, kpiId));
}

/** Undoes this step and nothing else. */
export function takeBack(sheet: Sheet, step: Step, format: NumberFormat): Taken | undefined {
  return canTakeBack(sheet, step) ? undoStep(sheet, step, format) : undefined;
}

function undoStep(sheet: Sheet, step: Step, format: NumberFormat): Taken {
  sheet.history.undo(step);
  for (const { kpiId, before } of step) putBack(sheet, kpiId, before, format);
  return { kind: 'undone', step };
}

/** Repeats the step that was undone last, unless a typed text would be lost. */
export function redo(sheet: Sheet, focused: string | undefined, format: NumberFormat): Taken | undefined {
  if ([focused, ...cellsOf(sheet.history.next)].some((id) => isOpenIn(sheet, id))) return undefined;
  const step = sheet.history.redo();
  if (step === undefined) return undefined;
  for (const { kpiId, after } of step) putBack(sheet, kpiId, after, format);
  return { kind: 'redone', step };
}

/** The server refuses it if the value is no longer what this sheet saved. */
function putBack(sheet: Sheet, kpiId: string, content: Content, format: NumberFormat): void {
  const wanted = { content, requestId: randomId() };
  const { number } = content;
  const { value, written } = sheet.cell(kpiId);
  // The text is also needed for a number that a request in progress changes: a draft keeps a number as text.
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
