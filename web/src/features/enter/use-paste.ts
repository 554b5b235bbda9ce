/** Takes in what is pasted into the grid: at once where nothing is to be asked, else by a preview. */
import { type ClipboardEvent, useState } from 'react';
import type { NumberFormat } from '#shared/numbers/formats';
import type { Month } from '#shared/periods/months';
import { type First, type Paste, type Place, readPaste } from './paste';
import { type Context, isPlain, NO_ANSWERS, numbersOf, planPaste } from './paste-plan';
import type { Row } from './rows';
import type { Sheet } from './sheet';
import { enterNumbers } from './steps';
import type { Step } from './undo-history';

/** A text that waits in the preview. */
export interface Held {
  text: string;
  /** The row that had the cursor. */
  kpiId: string;
  /** The circle that was chosen; another choice shows other rows. */
  circle: string | undefined;
  /** When it was pasted, in the page's milliseconds. */
  since: number;
}

export type RefusedPaste = Extract<Paste, { kind: 'refused' }>;

interface Screen {
  sheet: Sheet;
  month: Month;
  /** All rows of the month, and those that are shown. */
  all: readonly Row[];
  rows: readonly Row[];
  circle: string | undefined;
  format: NumberFormat;
}

export function usePaste(
  { sheet, month, all, rows, circle, format }: Screen,
  onPasted: (step: Step) => void,
) {
  const [held, setHeld] = useState<Held>();
  const [refused, setRefused] = useState<RefusedPaste>();

  const context: Context = {
    rows,
    cellOf: (kpiId) => sheet.cell(kpiId),
    judge: (kpiId, text, as) => sheet.judge(kpiId, text, as === undefined, as ?? format),
  };

  function read(text: string, kpiId: string, first?: First): Paste {
    const shown = new Set(rows.map(({ kpi }) => kpi.id));
    const place: Place = {
      rows: rows.map(named),
      elsewhere: all.filter(({ kpi }) => !shown.has(kpi.id)).map(named),
      from: rows.findIndex(({ kpi }) => kpi.id === kpiId),
      month,
    };
    return readPaste(text, place, first);
  }

  function enter(numbers: ReadonlyMap<string, number>) {
    enterNumbers(sheet, numbers, format);
    const { last } = sheet.history;
    if (numbers.size > 0 && last !== undefined) onPasted(last);
  }

  function paste(event: ClipboardEvent, kpiId: string) {
    const text = event.clipboardData.getData('text/plain');
    const pasted = read(text, kpiId);
    // The browser puts one piece of text where the cursor stands.
    if (pasted.kind === 'cell' && pasted.text === text.trim()) return;
    event.preventDefault();
    setHeld(undefined);
    setRefused(pasted.kind === 'refused' ? pasted : undefined);
    if (pasted.kind === 'cell') sheet.type(kpiId, pasted.text, true);
    if (pasted.kind !== 'lines') return;
    const planned = planPaste(pasted.lines, pasted.named, NO_ANSWERS, context);
    if (isPlain(planned)) enter(numbersOf(planned));
    else setHeld({ text, kpiId, circle, since: performance.now() });
  }

  return {
    held: held?.circle === circle ? held : undefined,
    refused,
    context,
    read,
    paste,
    enter,
    close: () => setHeld(undefined),
    dismiss: () => setRefused(undefined),
  };
}

function named({ kpi }: Row) {
  return { name: kpi.name, circle: kpi.circleName };
}
