/** Takes in what is pasted into the grid: at once where nothing is to be asked, else by a preview. */
import { type ClipboardEvent, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import type { NumberFormat } from '#shared/numbers/formats';
import { adornmentOf } from '#shared/numbers/units';
import { hasSeveralCells, pastedAs } from '#shared/numbers/written';
import type { Month } from '#shared/periods/months';
import { READ_MS } from '#shared/screens/read-ms';
import { isMarked } from './cell';
import { forgetLostPaste, losePaste, useLostPaste } from './lost-paste';
import type { Paste, Place } from './paste';
import type { Context } from './paste-plan';
import type { Row } from './rows';
import type { Sheet } from './sheet';
import { enterNumbers } from './steps';
import type { Step } from './undo-history';

const LOAD_AFTER_MS = 1_500;
const ONE_QUOTED_CELL = /^"([^"\t\r\n]*)"$/;

type Pasting = typeof import('./pasting');

/** A text that waits in the preview. */
export interface Held {
  text: string;
  /** Where it was pasted. The server may send other rows while the preview is read. */
  place: Place;
  /** The rows of the place. */
  rows: readonly Row[];
  /** The row that had the cursor. */
  kpiId: string;
  /** The circle that was chosen; another choice shows other rows. */
  circle: string | undefined;
  /** When what it would do can have been read, in the page's milliseconds. */
  readBy: number;
}

export type RefusedPaste =
  | Extract<Paste, { kind: 'refused' }>
  /** The code for it did not come. */
  | { kind: 'refused'; why: 'unloaded' }
  /** Other rows were shown before it was taken in. */
  | { kind: 'refused'; why: 'left' };

interface Screen {
  sheet: Sheet;
  month: Month;
  /** All rows of the month, and those that are shown. */
  all: readonly Row[];
  rows: readonly Row[];
  circle: string | undefined;
  circleNames: readonly string[];
  format: NumberFormat;
}

export function usePaste(
  { sheet, month, all, rows, circle, circleNames, format }: Screen,
  onPasted: (step: Step) => void,
) {
  const [pasting, setPasting] = useState<Pasting>();
  const [held, setHeld] = useState<Held>();
  const [refused, setRefused] = useState<RefusedPaste>();
  const isLost = useLostPaste(sheet.userId);
  /** What is on the screen by the time that the code for a paste has come. */
  const now = useRef({ circle, isPreviewed: false });
  useLayoutEffect(() => {
    now.current = { circle, isPreviewed: held !== undefined };
  });

  // Before somebody pastes, when the server may be away, and after what is on the screen.
  useEffect(() => {
    const timer = setTimeout(() => void loadPasting().then(setPasting), LOAD_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);

  // A preview goes with its month.
  useEffect(
    () => () => {
      if (now.current.isPreviewed) losePaste(sheet.userId);
    },
    [sheet],
  );

  const context: Omit<Context, 'rows'> = {
    current: (kpiId) => rows.find(({ kpi }) => kpi.id === kpiId),
    before: (kpiId) => {
      const { written, value } = sheet.cell(kpiId);
      return { text: written?.text, number: value?.value, nothing: isMarked(value) };
    },
    judge: (kpiId, text, as) => {
      const unit = rows.find(({ kpi }) => kpi.id === kpiId)?.kpi.unit ?? Unit.UNSPECIFIED;
      return sheet.judge(kpiId, pastedAs(text, as, adornmentOf(unit)), as ?? format);
    },
  };

  function placeOf(kpiId: string): Place {
    const shown = new Set(rows.map(({ kpi }) => kpi.id));
    return {
      rows: rows.map(named),
      elsewhere: all.filter(({ kpi }) => !shown.has(kpi.id)).map(named),
      circles: circleNames,
      from: rows.findIndex(({ kpi }) => kpi.id === kpiId),
      month,
    };
  }

  /** Over the rows on which it was pasted: another unit since is asked about. */
  function enter(numbers: ReadonlyMap<string, number>, over: readonly Row[]) {
    const step = enterNumbers(sheet, numbers, over, format);
    if (step !== undefined) onPasted(step);
  }

  function take(
    text: string,
    kpiId: string,
    { readPaste, planPaste, isPlain, numbersOf, NO_ANSWERS }: Pasting,
  ) {
    const place = placeOf(kpiId);
    const pasted = readPaste(text, place);
    setHeld(undefined);
    refuse(pasted.kind === 'refused' ? pasted : undefined);
    if (pasted.kind === 'cell') sheet.type(kpiId, pasted.text);
    if (pasted.kind !== 'lines') return;
    const planned = planPaste(pasted.lines, pasted.named, NO_ANSWERS, { ...context, rows });
    if (isPlain(planned)) enter(numbersOf(planned), rows);
    else setHeld({ text, place, rows, kpiId, circle, readBy: performance.now() + READ_MS });
  }

  /** Instead of what was refused before; absent where nothing is. */
  function refuse(paste: RefusedPaste | undefined) {
    forgetLostPaste();
    setRefused(paste);
  }

  async function loadAndTake(text: string, kpiId: string) {
    const loaded = await loadPasting();
    if (!sheet.isOpen) return losePaste(sheet.userId);
    setPasting(loaded);
    if (loaded === undefined) refuse({ kind: 'refused', why: 'unloaded' });
    else if (now.current.circle !== circle) refuse({ kind: 'refused', why: 'left' });
    else take(text, kpiId, loaded);
  }

  function paste(event: ClipboardEvent, kpiId: string) {
    const text = event.clipboardData.getData('text/plain');
    const bare = text.trim();
    // The browser puts one piece of text where the cursor stands.
    if (!bare.startsWith('"') && !hasSeveralCells(event)) return;
    event.preventDefault();
    const [, quoted] = ONE_QUOTED_CELL.exec(bare) ?? [];
    if (quoted !== undefined) {
      sheet.type(kpiId, quoted);
      return;
    }
    if (pasting === undefined) void loadAndTake(text, kpiId);
    else take(text, kpiId, pasting);
  }

  return {
    preview:
      held !== undefined && held.circle === circle && pasting !== undefined
        ? { held, context: { ...context, rows: held.rows }, ...pasting }
        : undefined,
    /** Whether a preview waits, be it for another choice of circle. */
    waits: held !== undefined && (held.circle === circle ? ('here' as const) : ('elsewhere' as const)),
    refused: isLost ? ({ kind: 'refused', why: 'left' } as const) : refused,
    paste,
    enter,
    close: () => setHeld(undefined),
    dismiss: () => refuse(undefined),
  };
}

/** Absent where it did not come, which the browser may remember for as long as the page lives. */
async function loadPasting(): Promise<Pasting | undefined> {
  try {
    return await import('./pasting');
  } catch {
    return undefined;
  }
}

function named({ kpi }: Row) {
  return { name: kpi.name, circle: kpi.circleName };
}
