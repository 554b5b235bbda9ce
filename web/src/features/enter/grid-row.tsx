import { Trans, useLingui } from '@lingui/react/macro';
import { Text } from '@mantine/core';
import { memo, useEffect, useId, useLayoutEffect, useRef, useState, useSyncExternalStore } from 'react';
import { type Kpi, type KpiValue, Periodicity } from '#gen/kreis/kpi/v1/kpi_pb';
import { formatNumber, type NumberFormat } from '#shared/numbers/formats';
import { adornmentOf } from '#shared/numbers/units';
import { isFromElsewhere } from '#shared/numbers/written';
import { periodName } from '#shared/periods/names';
import type { AnswerKeys } from './answer-keys';
import { type Cell, isAtRest, isBlank, isInterrupted, isMarked, isSettled, needsAnswer } from './cell';
import { CellAnswer } from './cell-answer';
import { CellStatus } from './cell-status';
import classes from './grid.module.css';
import { isOwnMove } from './own-move';
import { hasNote, hasSaidNote, RowNote } from './row-note';
import type { Row } from './rows';
import type { Sheet } from './sheet';
import { UnitChanged } from './unit-changed';

interface Props {
  sheet: Sheet;
  keys: AnswerKeys;
  row: Row;
  index: number;
  format: NumberFormat;
  /** Name of the month a year before. */
  yearBefore: string;
  /** Whether this cell refused input that was meant for the next row. */
  isTypedOn: boolean;
}

export const GridRow = memo(function GridRow(props: Props) {
  const { sheet, keys, row, index, format, yearBefore, isTypedOn } = props;
  const { t, i18n } = useLingui();
  const { kpi } = row;
  const cell = useSyncExternalStore(sheet.watch, () => sheet.cell(kpi.id));
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [askedForNote, setAskedForNote] = useState(false);
  const isWriting = cell.note !== undefined;
  const marked = isMarked(cell.value);
  const text = shown(cell, format);
  const isTyping = cell.state.kind === 'typing';
  const hasQuestion = needsAnswer(cell);
  const noted = hasNote(cell);
  const unitChange = isSettled(cell) && !isBlank(cell.value) ? sheet.unitChange(kpi) : undefined;
  const described = [
    'state',
    hasQuestion && 'answer',
    unitChange !== undefined && 'unit',
    noted && 'note',
  ].filter((part) => part !== false);

  // Only once: a note that was hidden by a question returns without the focus.
  useEffect(() => {
    if (askedForNote && isWriting) setAskedForNote(false);
  }, [askedForNote, isWriting]);

  // If a new number arrives in the focused cell, the cell selects it. Otherwise the cursor stands after
  // the number, and the next key adds to it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs whenever the text changes
  useLayoutEffect(() => {
    if (!isTyping && document.activeElement === input.current) input.current?.select();
  }, [text]);

  function openNote() {
    // The button may have changed its meaning with a number of another person.
    if (sheet.showsUnread(kpi.id)) return;
    setAskedForNote(true);
    sheet.openNote(kpi.id);
  }

  /** A button of the row has freed its cell: the next number is meant for it. */
  function takeKeyboard() {
    input.current?.focus();
    keys.mean();
  }

  /** A button of the row has decided about its content: the next number is meant for another row. */
  function endRow() {
    input.current?.focus();
    keys.stay();
  }

  return (
    <>
      <tr data-followed={hasQuestion || unitChange !== undefined || noted}>
        <th scope="row" id={`${id}name`}>
          {kpi.name}
          {kpi.periodicity !== Periodicity.MONTHLY && (
            <span className={classes.period}> {periodName(row.period, kpi.periodicity, i18n)}</span>
          )}
        </th>
        <td className={classes.entry}>
          <input
            ref={input}
            className={classes.input}
            data-row={index}
            value={text}
            onChange={({ currentTarget: { value }, nativeEvent }) =>
              sheet.type(kpi.id, value, isFromElsewhere(nativeEvent) ? undefined : format)
            }
            onFocus={({ currentTarget }) => {
              // After a return from another window, the person continues in the middle of the number.
              if (!isInterrupted(sheet.cell(kpi.id))) currentTarget.select();
            }}
            onBlur={({ nativeEvent }) => {
              if (isOwnMove(nativeEvent)) sheet.leave(kpi.id, format);
              else sheet.interrupt(kpi.id);
            }}
            inputMode="decimal"
            autoComplete="off"
            aria-labelledby={`${id}name`}
            placeholder={marked ? t`nothing to report` : undefined}
            aria-describedby={described.map((part) => id + part).join(' ')}
            aria-invalid={hasQuestion}
          />
          <span className={classes.unit}>{unitSign(kpi)}</span>
        </td>
        <td className={classes.figure}>
          <span className={classes.caption}>
            <Trans>Last value</Trans>
          </span>
          {row.last === undefined ? '–' : formatNumber(row.last, format)}
        </td>
        <td className={classes.figure}>
          <span className={classes.caption}>{yearBefore}</span>
          <YearBefore value={row.yearBefore} format={format} />
        </td>
        <td className={classes.state}>
          <span id={`${id}state`}>
            <CellStatus cell={cell} />
          </span>
          {/* Hidden while the person types a number, so that Tab leads to the next cell. */}
          {isAtRest(cell) && !hasSaidNote(cell.value) && (
            <button type="button" className={classes.offer} aria-describedby={`${id}name`} onClick={openNote}>
              {isBlank(cell.value) ? <Trans>Nothing to report …</Trans> : <Trans>Comment …</Trans>}
            </button>
          )}
        </td>
      </tr>
      {(hasQuestion || isTypedOn) && (
        <tr className={classes.answer} data-followed={noted}>
          <td />
          <td colSpan={4} id={`${id}answer`}>
            {hasQuestion && (
              <CellAnswer {...{ sheet, row, cell, format }} onGivenUp={takeKeyboard} onDecided={endRow} />
            )}
            {isTypedOn && (
              <Text size="sm" role="alert">
                <Trans>
                  What you typed after it was not entered. Press Escape, or tap the cell, to enter another
                  number here.
                </Trans>
              </Text>
            )}
          </td>
        </tr>
      )}
      {unitChange !== undefined && (
        <tr className={classes.answer} data-followed={noted}>
          <td />
          <td colSpan={4} id={`${id}unit`}>
            <UnitChanged {...unitChange} />
          </td>
        </tr>
      )}
      {noted && (
        <tr className={classes.answer}>
          <td />
          <td colSpan={4} id={`${id}note`}>
            <RowNote
              sheet={sheet}
              kpiId={kpi.id}
              namedBy={`${id}name`}
              cell={cell}
              autoFocus={askedForNote}
              onOpen={openNote}
              onTakenBack={takeKeyboard}
              onClose={endRow}
            />
          </td>
        </tr>
      )}
    </>
  );
});

/** A typed text stays as it was typed until the server has saved it. */
function shown({ written, value }: Cell, format: NumberFormat): string {
  return written?.text ?? (value?.value === undefined ? '' : formatNumber(value.value, format));
}

function YearBefore({ value, format }: { value: KpiValue | undefined; format: NumberFormat }) {
  if (isMarked(value)) return <Trans>nothing to report</Trans>;
  return value?.value === undefined ? '–' : formatNumber(value.value, format);
}

function unitSign({ unit }: Kpi): string {
  switch (adornmentOf(unit)) {
    case 'chf':
      return 'CHF';
    case 'percent':
      return '%';
    case 'none':
      return '';
  }
}
