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
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { useNumberFormat } from '#shared/numbers/formats';
import { KeptOutInput } from '#shared/numbers/kept-out-input';
import { areSeveralCells, hasSeveralCells } from '#shared/numbers/written';
import { addMonths, type Month, monthName } from '#shared/periods/months';
import { isHeldEnter } from '#shared/screens/held-enter';
import { ignoreHastyEnter, ignoreHastyFinish } from '#shared/screens/key-burst';
import { Places } from '#shared/screens/places';
import { watchSession } from '#shared/session/session';
import { AnswerKeys } from './answer-keys';
import classes from './grid.module.css';
import { GridRow } from './grid-row';
import type { Held } from './held-paste';
import { KeysHint } from './keys-hint';
import { outdate } from './outdate';
import { PasteRefused } from './paste-refused';
import { fieldBeside, fieldMeant, isWriting, rowOf } from './row-controls';
import { RowKeys } from './row-keys';
import type { Row } from './rows';
import { Sheet } from './sheet';
import { StateLine } from './state-line';
import { redo, type Taken, takeBack, undo } from './steps';
import { forgetTypedAhead, hasTypedAhead } from './typed-ahead';
import { TypedNowhere } from './typed-nowhere';
import type { Step } from './undo-history';
import { HISTORY_INPUT, undoKey } from './undo-keys';
import { type Done, UndoStatus } from './undo-status';
import { useBeforeInput } from './use-before-input';
import { usePaste } from './use-paste';
import { createValueRequests } from './value-requests';

interface Props {
  userId: string;
  month: Month;
  rows: readonly Row[];
  /** When the rows were requested from the server (`performance.now()`). */
  askedAt: number;
  /** Id of the only circle whose rows are shown; absent for all circles. */
  circle: string | undefined;
  /** Id of the KPI that the person wants to enter; absent for the first that is blank. */
  wanted: string | undefined;
  /** The names of all circles of the person. */
  circleNames: readonly string[];
  onShowAll: () => void;
}

export function Grid({ userId, month, rows: all, askedAt, circle, wanted, circleNames, onShowAll }: Props) {
  const { i18n } = useLingui();
  const transport = useTransport();
  const format = useNumberFormat();
  const table = useRef<HTMLTableElement>(null);
  const [keys] = useState(() => new AnswerKeys());
  const [input] = useState(() => new KeptOutInput());
  const [places] = useState(() => new Places('tbody tr'));
  /** The KPI whose cell refused input that was meant for the next row. */
  const [typedOn, setTypedOn] = useState<string>();
  /** From a press of the pointer to its click. A message that goes meanwhile would move a button from below it. */
  const isPressed = useRef(false);
  /** The KPI whose cell takes the focus after its circle is shown. */
  const sought = useRef<string>(undefined);
  const queries = useQueryClient();
  const [sheet] = useState(() => {
    const listener = {
      onSaved: () => outdate(queries),
      onUnitChanged: () => void queries.invalidateQueries(),
    };
    return new Sheet(userId, month, all, askedAt, createValueRequests(transport, month, listener));
  });
  const [done, setDone] = useState<Done>();
  const rows = circle === undefined ? all : all.filter(({ kpi }) => kpi.circleId === circle);
  const rowKeys = new RowKeys({ table, rows, sheet, keys, format });
  const hintId = useId();
  const pasting = usePaste(
    { sheet, month, all, rows, circle, circleNames, format },
    { onPasted: (step) => setDone({ kind: 'pasted', step }), keepsOut },
  );

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

  /**
   * If the person has focused nothing on the page yet, the first empty cell takes the focus, or the cell
   * of the wanted KPI if it is empty.
   */
  const takeFocus = useEffectEvent(() => {
    const { activeElement } = document;
    if (activeElement !== document.body && activeElement?.id !== 'main') return;
    const inputs = [...(table.current?.querySelectorAll('input') ?? [])];
    const isWanted = (index: number) => wanted === undefined || rows[index]?.kpi.id === wanted;
    const first = inputs.find(({ value }, index) => value === '' && isWanted(index));
    if (first === undefined) return;
    first.focus();
    keys.comeUnasked(hasTypedAhead());
    ignoreHastyEnter(first);
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a chosen circle shows other rows
  useEffect(() => takeFocus(), [circle]);

  // On the screen, a key that belongs to no cell is no beginning of a number.
  useEffect(() => forgetTypedAhead, []);

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

  function aim({ target, pageY }: MouseEvent<HTMLTableElement>) {
    const field = fieldMeant(target);
    if (field !== undefined && places.hasJustComeTo(pageY, field)) keys.miss(field);
  }

  /** A click anywhere in a row means its cell, unless it has selected a text there. */
  function click({ target }: MouseEvent<HTMLTableElement>) {
    const field = fieldMeant(target);
    if (field === undefined) return;
    if (field !== target && document.getSelection()?.type !== 'Range') field.focus();
    if (field === document.activeElement) keys.mean();
  }

  /** A press on a button that has just come there has no effect. The focus stays, and takes no input. */
  function missButton(event: MouseEvent<HTMLTableElement>) {
    const { target, pageY, detail } = event;
    const button = target instanceof Element ? target.closest('button') : null;
    // Without a pointer, the press was aimed at the button itself.
    if (button === null || detail === 0 || !places.hasJustComeTo(pageY, button)) return;
    event.preventDefault();
    event.stopPropagation();
    keys.stay();
  }

  /** What is typed or pasted on a button was meant for a cell: the cell beside it gets the focus, and says so. */
  function keepOutBeside(field: HTMLInputElement) {
    field.focus();
    keys.refuse();
    setTypedOn(rows[rowOf(field)]?.kpi.id);
  }

  /** Removes the message after the person has shown that they mean this cell. */
  function forgetTypedOn() {
    if (keys.mayAnswer) setTypedOn(undefined);
  }

  function focusOn(kpiId: string | undefined) {
    const index = rows.findIndex(({ kpi }) => kpi.id === kpiId);
    if (index >= 0) rowKeys.move(index, 0);
  }

  /** The page leads to a row from elsewhere: the next number is meant for the row where the person was. */
  function leadTo(kpiId: string | undefined) {
    focusOn(kpiId);
    keys.stay();
  }

  /** Undoes or redoes the last action. */
  function goThrough(way: 'undo' | 'redo', focused: string | undefined) {
    const taken = (way === 'undo' ? undo : redo)(sheet, focused, format);
    if (taken === undefined) setDone({ kind: 'nothing', to: way });
    else tell(taken);
  }

  useEffect(() => {
    if (sought.current === undefined || circle !== undefined) return;
    leadTo(sought.current);
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
    if (taken === undefined) return;
    tell(taken);
    keys.stay();
  }

  /** The browser's own undo, from its menu, does not know what was saved. */
  function beforeInput(event: InputEvent) {
    input.begin();
    const index = rowOf(event.target);
    const id = rows[index]?.kpi.id;
    if (id === undefined) return;
    const way = HISTORY_INPUT[event.inputType];
    if (way === undefined) return insert(event, id);
    event.preventDefault();
    goThrough(way, id);
  }

  /** Input that is no undo. The keyboard of a touch screen inserts its clipboard as if it had been typed. */
  function insert(event: InputEvent, kpiId: string) {
    const { data, target } = event;
    const pasted = data !== null && areSeveralCells(data) ? data : undefined;
    if (pasted === undefined && !keepsOut(kpiId)) return;
    input.keepOut(event);
    // The cell has its text back by then.
    if (pasted !== undefined) setTimeout(() => pasting.pasteCells(pasted, kpiId, target));
  }

  useBeforeInput(table, beforeInput);

  function onKeyDown(event: KeyboardEvent<HTMLTableElement>) {
    const index = rowOf(event.target);
    isPressed.current = false;
    keys.hear(event);
    forgetTypedOn();
    const way = event.target instanceof HTMLTextAreaElement ? undefined : undoKey(event);
    if (way !== undefined) {
      event.preventDefault();
      // A held key would undo saved values faster than a person can read them.
      if (!event.repeat) goThrough(way, rows[index]?.kpi.id);
      return;
    }
    if (isHeldEnter(event)) return event.preventDefault();
    const field = fieldBeside(event.target);
    if (field !== undefined) return pressBeside(event, field);
    const id = rows[index]?.kpi.id;
    if (id === undefined || event.nativeEvent.isComposing) return;
    if (rowKeys.press(event, index, id)) event.preventDefault();
  }

  /** A key on a button of a row. */
  function pressBeside(event: KeyboardEvent, field: HTMLInputElement) {
    if (isWriting(event)) keepOutBeside(field);
    else if (!rowKeys.pressBeside(event, field)) return;
    event.preventDefault();
  }

  function onPaste(event: ClipboardEvent<HTMLTableElement>) {
    const field = fieldBeside(event.target);
    if (field !== undefined) keepOutBeside(field);
    const kpiId = rows[rowOf(event.target)]?.kpi.id;
    if (kpiId === undefined) return;
    // A paste of several cells needs no check here: a preview shows it before it replaces anything.
    if (!hasSeveralCells(event) && keepsOut(kpiId)) event.preventDefault();
    else pasting.paste(event, kpiId);
  }

  function apply({ kpiId, rows: pastedTo }: Held, numbers: ReadonlyMap<string, number>) {
    pasting.enter(numbers, pastedTo);
    pasting.close();
    leadTo(kpiId);
  }

  /** Closes the preview and returns the focus to the cell of the paste. */
  function giveUpPaste({ kpiId, isLate }: Held) {
    pasting.close();
    if (isLate) return leadTo(kpiId);
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
        <TypedNowhere />
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
          onApply={(numbers) => apply(preview.held, numbers)}
          onCancel={() => giveUpPaste(preview.held)}
        />
      )}
      <table
        ref={table}
        className={classes.grid}
        aria-describedby={hintId}
        onFocus={({ target }) => {
          keys.arrive(target);
          if (!isPressed.current) forgetTypedOn();
        }}
        onPointerDown={(event) => {
          isPressed.current = true;
          // A finger may be about to scroll.
          if (event.pointerType === 'mouse') keys.mean();
          aim(event);
        }}
        onMouseDownCapture={missButton}
        onClickCapture={missButton}
        // A tap moves the focus only after the finger is lifted.
        onClick={(event) => {
          isPressed.current = false;
          click(event);
          forgetTypedOn();
          aim(event);
        }}
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
              <GridRow
                {...{ sheet, keys, row, index, format, yearBefore }}
                isTypedOn={typedOn === row.kpi.id}
              />
            </Fragment>
          ))}
        </tbody>
      </table>
      <KeysHint id={hintId} />
    </>
  );
}

/** Dragging moves no number into or out of a cell: the number would be saved or lost by accident. */
function refuseDrag(event: DragEvent): void {
  if (rowOf(event.target) < 0) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = 'none';
}
