import { Trans } from '@lingui/react/macro';
import { memo, useId, useSyncExternalStore } from 'react';
import { type Kpi, Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { formatNumber, type NumberFormat } from '#shared/numbers/formats';
import { type Cell, isAtRest } from './cell';
import { CellAnswer } from './cell-answer';
import { CellStatus } from './cell-status';
import classes from './grid.module.css';
import type { Row } from './rows';
import type { Sheet } from './sheet';

interface Props {
  sheet: Sheet;
  row: Row;
  index: number;
  format: NumberFormat;
  /** Name of the month a year before. */
  yearBefore: string;
}

export const GridRow = memo(function GridRow({ sheet, row, index, format, yearBefore }: Props) {
  const { kpi } = row;
  const cell = useSyncExternalStore(sheet.watch, () => sheet.cell(kpi.id));
  const id = useId();
  const needsAnswer = ['asking', 'refused', 'conflict'].includes(cell.state.kind);
  return (
    <>
      <tr data-state={cell.state.kind}>
        <th scope="row" id={`${id}name`}>
          {kpi.name}
        </th>
        <td className={classes.entry}>
          <input
            className={classes.input}
            data-row={index}
            value={shown(cell, format)}
            onChange={({ currentTarget: { value } }) => sheet.type(kpi.id, value)}
            onFocus={({ currentTarget }) => currentTarget.select()}
            onBlur={() => sheet.commit(kpi.id, format)}
            inputMode="decimal"
            autoComplete="off"
            aria-labelledby={`${id}name`}
            aria-describedby={needsAnswer ? `${id}state ${id}answer` : `${id}state`}
            aria-invalid={needsAnswer}
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
          {row.yearBefore === undefined ? '–' : formatNumber(row.yearBefore, format)}
        </td>
        <td id={`${id}state`} className={classes.state}>
          <CellStatus cell={cell} />
        </td>
      </tr>
      {needsAnswer && (
        <tr className={classes.answer}>
          <td />
          <td colSpan={4} id={`${id}answer`}>
            <CellAnswer sheet={sheet} row={row} cell={cell} format={format} />
          </td>
        </tr>
      )}
    </>
  );
});

/** What was typed stays as it was typed until the server has it. */
function shown(cell: Cell, format: NumberFormat): string {
  if (!isAtRest(cell)) return cell.text;
  return cell.value?.value === undefined ? '' : formatNumber(cell.value.value, format);
}

function unitSign({ unit }: Kpi): string {
  if (unit === Unit.CHF) return 'CHF';
  return unit === Unit.PERCENTAGE ? '%' : '';
}
