/** Handles pastes into the grid: enters them at once if there is no question, else shows a preview. */
import { type ClipboardEvent, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { replaceIfPastedAgain } from '#shared/numbers/pasted-again';
import { hasSeveralCells } from '#shared/numbers/written';
import { guardPaste, type Held, type RefusedPaste } from './held-paste';
import { forgetLostPaste, losePaste, useLostPaste } from './lost-paste';
import type { Row } from './rows';
import { enterNumbers } from './steps';
import type { Screen } from './take-paste';
import type { Step } from './undo-history';

const LOAD_AFTER_MS = 1_500;
const ONE_QUOTED_CELL = /^"([^"\t\r\n]*)"$/;

export type Pasting = typeof import('./pasting');

interface Hands {
  onPasted: (step: Step) => void;
  /** Whether the cell refuses a paste of one cell, as it refuses typed input. */
  keepsOut: (kpiId: string) => boolean;
}

export function usePaste(screen: Screen, { onPasted, keepsOut }: Hands) {
  const { sheet, all, rows, circle, format } = screen;
  const [pasting, setPasting] = useState<Pasting>();
  const [held, setHeld] = useState<Held>();
  const [refused, setRefused] = useState<RefusedPaste>();
  const isLost = useLostPaste(sheet.userId);
  const isHere = held !== undefined && held.circle === circle;
  /** Whether the circle of the held paste can no longer be chosen. */
  const isGone = held?.circle !== undefined && circleNamed(held.circle) === undefined;
  /** The held paste, if another choice of circle shows it. */
  const elsewhere = isHere || isGone ? undefined : held;
  /** Whether the reason of the refusal is over: no other paste waits, or it is on the screen. */
  const isOver = refused?.why === 'waits' && elsewhere === undefined;
  /** The current screen, for the moment when the code for a paste has been loaded. */
  const now = useRef({ circle, isPreviewed: false });
  useLayoutEffect(() => {
    now.current = { circle, isPreviewed: held !== undefined };
  });

  // Loads the code before the first paste, when the server may be unreachable, but after the screen itself.
  useEffect(() => {
    const timer = setTimeout(() => void loadPasting().then(setPasting), LOAD_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);

  useEffect(() => (held === undefined ? undefined : guardPaste(sheet.userId)), [held, sheet]);

  useEffect(() => {
    if (!isGone) return;
    setHeld(undefined);
    losePaste(sheet.userId);
  }, [isGone, sheet]);

  // A preview is lost when its month leaves the screen.
  useEffect(
    () => () => {
      if (now.current.isPreviewed) losePaste(sheet.userId);
    },
    [sheet],
  );

  function circleNamed(circleId: string): string | undefined {
    return all.find(({ kpi }) => kpi.circleId === circleId)?.kpi.circleName;
  }

  /** `over` are the rows at the time of the paste: the cells ask if the unit has changed since. */
  function enter(numbers: ReadonlyMap<string, number>, over: readonly Row[]) {
    const step = enterNumbers(sheet, numbers, over, format);
    if (step !== undefined) onPasted(step);
  }

  /** `isLate`: the person has gone on since the paste. */
  function take(text: string, kpiId: string, { takePaste }: Pasting, isLate = false) {
    const taken = takePaste(text, kpiId, screen);
    if (taken.kind === 'cell' && isLate) {
      refuse({ kind: 'refused', why: 'left' });
    } else if (taken.kind === 'cell') {
      refuse(undefined);
      typeCell(kpiId, taken.text);
    } else if (elsewhere !== undefined) {
      refuse({ kind: 'refused', why: 'waits', circle: elsewhere.circle && circleNamed(elsewhere.circle) });
    } else {
      refuse(taken.kind === 'refused' ? taken : undefined);
      // A preview on the screen stays.
      if (taken.kind === 'enter') enter(taken.numbers, rows);
      const pastedAt = performance.now();
      if (taken.kind === 'hold') setHeld({ text, place: taken.place, rows, kpiId, circle, isLate, pastedAt });
    }
  }

  function typeCell(kpiId: string, text: string) {
    if (!keepsOut(kpiId)) sheet.type(kpiId, text);
  }

  /** Replaces the previous refusal; `paste` is absent if nothing is refused. */
  function refuse(paste: RefusedPaste | undefined) {
    forgetLostPaste();
    setRefused(paste);
  }

  async function loadAndTake(text: string, kpiId: string, field: EventTarget | null) {
    const cell = sheet.cell(kpiId);
    const loaded = await loadPasting();
    if (!sheet.isOpen) return losePaste(sheet.userId);
    setPasting(loaded);
    if (loaded === undefined) refuse({ kind: 'refused', why: 'unloaded' });
    else if (now.current.circle !== circle) refuse({ kind: 'refused', why: 'left' });
    else take(text, kpiId, loaded, document.activeElement !== field || sheet.cell(kpiId) !== cell);
  }

  function paste(event: ClipboardEvent, kpiId: string) {
    const text = event.clipboardData.getData('text/plain');
    const bare = text.trimEnd();
    // The browser inserts a single text at the cursor.
    if (!bare.startsWith('"') && !hasSeveralCells(event)) return replaceIfPastedAgain(event.target, text);
    event.preventDefault();
    const [, quoted] = ONE_QUOTED_CELL.exec(bare) ?? [];
    if (quoted !== undefined) {
      typeCell(kpiId, quoted);
      return;
    }
    pasteCells(text, kpiId, event.target);
  }

  /** `text` holds several cells of a spreadsheet. */
  function pasteCells(text: string, kpiId: string, field: EventTarget | null) {
    if (pasting === undefined) void loadAndTake(text, kpiId, field);
    else take(text, kpiId, pasting);
  }

  return {
    preview:
      isHere && pasting !== undefined
        ? { held, context: pasting.contextOf(screen, held.rows), PastePreview: pasting.PastePreview }
        : undefined,
    pasting,
    /** Where a preview waits, even for another choice of circle. */
    waits: waitsWhere(isHere, elsewhere !== undefined),
    refused: isLost ? ({ kind: 'refused', why: 'left' } as const) : isOver ? undefined : refused,
    paste,
    pasteCells,
    enter,
    close: () => setHeld(undefined),
    dismiss: () => refuse(undefined),
  };
}

function waitsWhere(isHere: boolean, isElsewhere: boolean): 'here' | 'elsewhere' | false {
  if (isHere) return 'here';
  return isElsewhere && 'elsewhere';
}

/**
 * Absent if the code could not be loaded. The browser may remember this failure until the page is
 * reloaded.
 */
async function loadPasting(): Promise<Pasting | undefined> {
  try {
    return await import('./pasting');
  } catch {
    return undefined;
  }
}
