/** Decides what to do with a pasted text: it is entered at once if there is no question, else shown first. */
import { Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import type { NumberFormat } from '#shared/numbers/formats';
import { adornmentOf } from '#shared/numbers/units';
import { pastedAs } from '#shared/numbers/written';
import type { Month } from '#shared/periods/months';
import { isMarked } from './cell';
import { saysNothing } from './content';
import { type Paste, type PastePlace, readPaste } from './paste';
import { type Context, isPlain, NO_ANSWERS, numbersOf, planPaste } from './paste-plan';
import type { Row } from './rows';
import type { Sheet } from './sheet';

/** What is on the screen. */
export interface Screen {
  sheet: Sheet;
  month: Month;
  /** All rows of the month (`all`), and the rows that are shown (`rows`). */
  all: readonly Row[];
  rows: readonly Row[];
  circle: string | undefined;
  circleNames: readonly string[];
  format: NumberFormat;
}

export type Taken =
  | Exclude<Paste, { kind: 'lines' }>
  | { kind: 'enter'; numbers: ReadonlyMap<string, number> }
  /** Needs a preview before anything is entered: it raises a question, or its rows could not be read yet. */
  | { kind: 'hold'; place: PastePlace };

/** `kpiId` is the KPI of the cell that received the paste. */
export function takePaste(text: string, kpiId: string, screen: Screen): Taken {
  const { sheet } = screen;
  const place = placeOf(kpiId, screen);
  const pasted = readPaste(text, place);
  if (pasted.kind !== 'lines') return pasted;
  const planned = planPaste(pasted.lines, pasted.named, NO_ANSWERS, contextOf(screen, screen.rows));
  const numbers = numbersOf(planned);
  const isRead = [...numbers.keys()].every((id) => !sheet.showsUnread(id) && !sheet.order.unread(id));
  return isPlain(planned) && isRead ? { kind: 'enter', numbers } : { kind: 'hold', place };
}

/** `pastedTo` are the rows as they were when the text was pasted. */
export function contextOf({ sheet, rows, format }: Screen, pastedTo: readonly Row[]): Context {
  return {
    rows: pastedTo,
    current: (kpiId) => rows.find(({ kpi }) => kpi.id === kpiId),
    before: (kpiId) => {
      const { written, value } = sheet.cell(kpiId);
      // Content in progress counts as saved.
      const meant = sheet.meant(kpiId);
      return {
        text: written?.text,
        number: meant.number ?? value?.value,
        nothing: saysNothing(meant) || isMarked(value),
      };
    },
    judge: (kpiId, text, as) => {
      const unit = rows.find(({ kpi }) => kpi.id === kpiId)?.kpi.unit ?? Unit.UNSPECIFIED;
      return sheet.judge(kpiId, pastedAs(text, as, adornmentOf(unit)), as ?? format);
    },
  };
}

function placeOf(kpiId: string, { rows, all, circleNames, month }: Screen): PastePlace {
  const shown = new Set(rows.map(({ kpi }) => kpi.id));
  return {
    rows: rows.map((row) => ({ ...named(row), known: row.history.map(({ value }) => value) })),
    elsewhere: all.filter(({ kpi }) => !shown.has(kpi.id)).map(named),
    circles: circleNames,
    from: rows.findIndex(({ kpi }) => kpi.id === kpiId),
    month,
  };
}

function named({ kpi }: Row) {
  return { name: kpi.name, circle: kpi.circleName };
}
