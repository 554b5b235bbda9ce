/** The grid of a month: one input per row, used like a spreadsheet. */
import { useTransport } from '@connectrpc/connect-query';
import { Trans, useLingui } from '@lingui/react/macro';
import { useQueryClient } from '@tanstack/react-query';
import {
  type ClipboardEvent,
  type DragEvent,
  Fragment,
  type KeyboardEvent,
  type MouseEvent,
  useEffect,
  useEffectEvent,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { useNumberFormat } from '#shared/numbers/formats';
import { hasSeveralCells } from '#shared/numbers/written';
import { addMonths, type Month, monthName } from '#shared/periods/months';
import { isHeldEnter } from '#shared/screens/held-enter';
import { ignoreHastyFinish } from '#shared/screens/key-burst';
import { watchSession } from '#shared/session/session';
import { AnswerKeys } from './answer-keys';
import { isKept, needsAnswer } from './cell';
import classes from './grid.module.css';
import { GridRow } from './grid-row';
import { KeptOutInput } from './kept-out-input';
import { openLedger } from './ledger';
import { PasteRefused } from './paste-refused';
import { RowPlaces } from './row-places';
import type { Row } from './rows';
import { Sheet } from './sheet';
import { StateLine } from './state-line';
import { redo, type Taken, takeBack, undo } from './steps';
import type { Step } from './undo-history';
import { type Done, UndoStatus } from './undo-status';
import { usePaste } from './use-paste';

/** The `inputType` of the browser's own undo and redo. */
const HISTORY_INPUT: Record<string, 'undo' | 'redo' | undefined> = {
  historyUndo: 'undo',
  historyRedo: 'redo',
};

interface Props {
  userId: string;
  month: Month;
  rows: readonly Row[];
  /** When the rows were requested from the server (`performance.now()`). */
  askedAt: number;
  /** Id of the only circle whose rows are shown; absent for all circles. */
  circle: string | undefined;
  /** The names of all circles of the person. */
  circleNames: readonly string[];
  onShowAll: () => void;
}

export function Grid({ userId, month, rows: all, askedAt, circle, circleNames, onShowAll }: Props) {
  const { i18n } = useLingui();
  const transport = useTransport();
  const format = useNumberFormat();
  const table = useRef<HTMLTableElement>(null);
  const [keys] = useState(() => new AnswerKeys());
  const [input] = useState(() => new KeptOutInput());
  const [places] = useState(() => new RowPlaces());
  /** The KPI whose cell refused input that was meant for the next row. */
  const [typedOn, setTypedOn] = useState<string>();
  /** The KPI whose cell takes the focus after its circle is shown. */
  const sought = useRef<string>(undefined);
  const queries = useQueryClient();
  const [sheet] = useState(() => {
    const listener = { onSaved: outdate, onUnitChanged: () => void queries.invalidateQueries() };
    return new Sheet(userId, month, all, askedAt, openLedger(transport, month, listener));
  });
  const [done, setDone] = useState<Done>();
  const rows = circle === undefined ? all : all.filter(({ kpi }) => kpi.circleId === circle);
  const pasting = usePaste(
    { sheet, month, all, rows, circle, circleNames, format },
    { onPasted: (step) => setDone({ kind: 'pasted', step }), keepsOut },
  );

  /** Other screens refetch when they are shown. This screen has what it saved. */
  function outdate() {
    void queries.invalidateQueries({ refetchType: 'none' });
  }

  // In layout effects, so that the sheet has the rows of the screen when the next key comes.
  useLayoutEffect(() => {
    sheet.open();
    const stop = watchSession(sheet.resume);
    return () => {
      stop();
      sheet.close();
    };
  }, [sheet]);
  useLayoutEffect(() => sheet.update(all, askedAt), [sheet, all, askedAt]);

  useLayoutEffect(() => (table.current === null ? undefined : places.watch(table.current)), [places]);

  /** If the person has focused nothing on the page yet, the first empty cell takes the focus. */
  useEffect(() => {
    const { activeElement } = document;
    if (activeElement !== document.body && activeElement?.id !== 'main') return;
    const inputs = [...(table.current?.querySelectorAll('input') ?? [])];
    inputs.find(({ value }) => value === '')?.focus();
  }, []);

  /** Moves the focus down by `by` rows; does nothing at the ends. */
  function move(from: number, by: number) {
    const next = table.current?.querySelectorAll('input')[from + by];
    next?.focus();
    next?.select();
  }

  /** Moves on after Enter. Without a further row, the focus stays, and the next number belongs to no row. */
  function moveOn(from: number, by: number) {
    const isLast = rows[from + by] === undefined;
    move(from, isLast ? 0 : by);
    if (isLast) keys.stay();
    else keys.pass();
  }

  /**
   * A spreadsheet has rows below the last one. Here, input after an arrow key at the end belongs to no
   * row.
   */
  function pressArrow(index: number, kpiId: string, by: number, isHeld: boolean) {
    if (rows[index + by] !== undefined) {
      move(index, by);
      return;
    }
    // A held key should only lead to the end.
    if (isHeld) return;
    sheet.leave(kpiId, format);
    move(index, 0);
    keys.stayAtEnd();
  }

  function pressEnter(index: number, kpiId: string, by: number) {
    const cell = sheet.cell(kpiId);
    if (keys.isPassing && (needsAnswer(cell) || (isKept(cell) && !keys.isThroughKept))) {
      if (rows[index + by] === undefined) keys.stayAtEnd();
      else moveOn(index, by);
      return;
    }
    // This Enter ends a number that the cell has refused. The cell still says so, and the Enter is no answer.
    if (!keys.mayAnswer) return keys.stay();
    sheet.confirmByKey(kpiId, keys.since);
    const wasKept = isKept(cell);
    if (!sheet.commit(kpiId, format)) {
      move(index, 0);
      keys.stay();
      return;
    }
    moveOn(index, by);
    // From one text of before the page load to the next: each Enter saves one.
    if (wasKept) keys.goThroughKept();
  }

  /**
   * Whether the cell must refuse this input, because it belongs to another row or came before the cell
   * could be read. The cell then says so.
   */
  function keepsOut(kpiId: string): boolean {
    const moved = sheet.order.unread(kpiId);
    const wasReachedUnread = moved !== undefined && keys.since.isAfter(moved);
    if (wasReachedUnread || sheet.showsUnread(kpiId)) keys.stay();
    const isKeptOut = keys.keepsOut();
    if (isKeptOut) setTypedOn(kpiId);
    return isKeptOut;
  }

  function aim({ target, currentTarget, pageY }: MouseEvent<HTMLTableElement>) {
    if (rowOf(target) >= 0 && places.hasJustComeTo(pageY, currentTarget, target)) keys.miss(target);
  }

  /** Removes the message after the person has shown that they mean this cell. */
  function forgetTypedOn() {
    if (keys.mayAnswer) setTypedOn(undefined);
  }

  function focusOn(kpiId: string | undefined) {
    const index = rows.findIndex(({ kpi }) => kpi.id === kpiId);
    if (index >= 0) move(index, 0);
  }

  /** Undoes or redoes the last action. */
  function goThrough(way: 'undo' | 'redo', focused: string | undefined) {
    const taken = (way === 'undo' ? undo : redo)(sheet, focused, format);
    if (taken === undefined) setDone({ kind: 'nothing', to: way });
    else tell(taken);
  }

  useEffect(() => {
    if (sought.current === undefined || circle !== undefined) return;
    focusOn(sought.current);
    sought.current = undefined;
  });

  /** Says what was undone or redone, and moves the focus to it, in another circle if necessary. */
  function tell(taken: Taken) {
    setDone(taken);
    const kpiIds = taken.kind === 'text' ? [taken.kpiId] : taken.step.map(({ kpiId }) => kpiId);
    if (kpiIds.every((kpiId) => rows.some(({ kpi }) => kpi.id === kpiId))) {
      focusOn(kpiIds[0]);
      return;
    }
    sought.current = kpiIds[0];
    onShowAll();
  }

  function takeBackPaste(step: Step) {
    const taken = takeBack(sheet, step, format);
    if (taken !== undefined) tell(taken);
  }

  const beforeInput = useEffectEvent((event: InputEvent) => {
    input.begin();
    const index = rowOf(event.target);
    const id = rows[index]?.kpi.id;
    if (id === undefined) return;
    const way = HISTORY_INPUT[event.inputType];
    if (way === undefined) {
      if (keepsOut(id)) input.keepOut(event);
      return;
    }
    event.preventDefault();
    // The browser may send a cell the undo that was meant for a text field beside the grid.
    if (event.target === document.activeElement) goThrough(way, id);
  });

  // The browser's own undo, from its menu, does not know what was saved. React has no event for it.
  useEffect(() => {
    const grid = table.current;
    grid?.addEventListener('beforeinput', beforeInput);
    return () => grid?.removeEventListener('beforeinput', beforeInput);
  }, []);

  function onKeyDown(event: KeyboardEvent<HTMLTableElement>) {
    const index = rowOf(event.target);
    keys.hear(event);
    forgetTypedOn();
    const way = event.target instanceof HTMLTextAreaElement ? undefined : undoKey(event);
    if (way !== undefined) {
      event.preventDefault();
      // A held key would undo saved values faster than a person can read them.
      if (!event.repeat) goThrough(way, rows[index]?.kpi.id);
      return;
    }
    if (isHeldEnter(event)) {
      event.preventDefault();
      return;
    }
    const id = rows[index]?.kpi.id;
    if (id === undefined || event.nativeEvent.isComposing) return;
    switch (event.key) {
      case 'ArrowDown':
        pressArrow(index, id, 1, event.repeat);
        break;
      case 'ArrowUp':
        pressArrow(index, id, -1, event.repeat);
        break;
      case 'Escape':
        sheet.restore(id);
        break;
      case 'Enter':
        pressEnter(index, id, event.shiftKey ? -1 : 1);
        break;
      default:
        return;
    }
    event.preventDefault();
  }

  function onPaste(event: ClipboardEvent<HTMLTableElement>) {
    const kpiId = rows[rowOf(event.target)]?.kpi.id;
    if (kpiId === undefined) return;
    // A paste of several cells needs no check here: a preview shows it before it replaces anything.
    if (!hasSeveralCells(event) && keepsOut(kpiId)) event.preventDefault();
    else pasting.paste(event, kpiId);
  }

  /** Closes the preview and returns the focus to the cell of the paste. */
  function endPreview(kpiId: string) {
    pasting.close();
    if (sheet.cell(kpiId).state.kind !== 'typing') return focusOn(kpiId);
    // The person continues in the middle of the number: the cursor stays where it was.
    const index = rows.findIndex(({ kpi }) => kpi.id === kpiId);
    table.current?.querySelectorAll('input')[index]?.focus();
    ignoreHastyFinish();
  }

  const { preview, refused } = pasting;
  const yearBefore = monthName(addMonths(month, -12), i18n.locale);
  return (
    <>
      <div>
        <StateLine sheet={sheet} all={all} shown={rows} pasteWaits={pasting.waits} />
        <UndoStatus
          {...{ sheet, done, format }}
          nameOf={(kpiId) => all.find(({ kpi }) => kpi.id === kpiId)?.kpi.name ?? ''}
          onTakeBack={takeBackPaste}
        />
      </div>
      {refused !== undefined && (
        <PasteRefused refused={refused} pasting={pasting.pasting} onClose={pasting.dismiss} />
      )}
      {preview !== undefined && (
        <preview.PastePreview
          key={preview.held.pastedAt}
          {...{ sheet, format }}
          held={preview.held}
          context={preview.context}
          onApply={(numbers) => {
            pasting.enter(numbers, preview.held.rows);
            endPreview(preview.held.kpiId);
          }}
          onCancel={() => endPreview(preview.held.kpiId)}
        />
      )}
      <table
        ref={table}
        className={classes.grid}
        onFocus={({ target }) => {
          keys.arrive(target);
          forgetTypedOn();
        }}
        onPointerDown={(event) => {
          keys.mean();
          forgetTypedOn();
          aim(event);
        }}
        // A tap moves the focus only after the finger is lifted.
        onClick={aim}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
        onDragStart={refuseDrag}
        onDragOver={refuseDrag}
        onDrop={refuseDrag}
      >
        <thead>
          <tr>
            <th scope="col">KPI</th>
            <th scope="col" className={classes.entry}>
              {monthName(month, i18n.locale)}
            </th>
            <th scope="col" className={classes.figure}>
              <Trans>Last value</Trans>
            </th>
            <th scope="col" className={classes.figure}>
              {yearBefore}
            </th>
            <th scope="col" className={classes.state}>
              <Trans>State</Trans>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <Fragment key={row.kpi.id}>
              {row.kpi.circleId !== rows[index - 1]?.kpi.circleId && (
                <tr className={classes.circle}>
                  <th scope="rowgroup" colSpan={5}>
                    {row.kpi.circleName}
                  </th>
                </tr>
              )}
              <GridRow {...{ sheet, row, index, format, yearBefore }} isTypedOn={typedOn === row.kpi.id} />
            </Fragment>
          ))}
        </tbody>
      </table>
    </>
  );
}

/** Ctrl+Z, Ctrl+Shift+Z and Ctrl+Y, or the same with the command key. */
function undoKey({ key, ctrlKey, metaKey, shiftKey, altKey }: KeyboardEvent): 'undo' | 'redo' | undefined {
  if (altKey || ctrlKey === metaKey) return undefined;
  if (key.toLowerCase() === 'z') return shiftKey ? 'redo' : 'undo';
  return key.toLowerCase() === 'y' && !shiftKey ? 'redo' : undefined;
}

/** Dragging moves no number into or out of a cell: the number would be saved or lost by accident. */
function refuseDrag(event: DragEvent): void {
  if (rowOf(event.target) < 0) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = 'none';
}

function rowOf(target: EventTarget | null): number {
  return target instanceof HTMLInputElement ? Number(target.dataset.row ?? -1) : -1;
}
