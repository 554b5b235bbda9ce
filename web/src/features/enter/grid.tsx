/** The grid of a month: one input per row, worked through like a spreadsheet. */
import { useTransport } from '@connectrpc/connect-query';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Alert, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import {
  type ClipboardEvent,
  Fragment,
  type KeyboardEvent,
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { useNumberFormat } from '#shared/numbers/formats';
import { addMonths, type Month, monthName } from '#shared/periods/months';
import { watchSession } from '#shared/session/session';
import classes from './grid.module.css';
import { GridRow } from './grid-row';
import { openLedger } from './ledger';
import { readPaste } from './paste';
import type { Row } from './rows';
import { Sheet } from './sheet';
import { UnclearPaste } from './unclear-paste';

interface Props {
  userId: string;
  month: Month;
  rows: readonly Row[];
  /** The only circle whose rows are shown; absent for all. */
  circle: string | undefined;
}

export function Grid({ userId, month, rows: all, circle }: Props) {
  const { i18n } = useLingui();
  const transport = useTransport();
  const format = useNumberFormat();
  const table = useRef<HTMLTableElement>(null);
  const queries = useQueryClient();
  const [sheet] = useState(() => new Sheet(userId, month, all, openLedger(transport, month, outdate)));
  const [notice, setNotice] = useState<'unclear' | number | undefined>();
  const rows = circle === undefined ? all : all.filter(({ kpi }) => kpi.circleId === circle);
  const entered = useSyncExternalStore(sheet.watch, () => sheet.enteredOf(rows));

  /** Other screens ask again when they are shown; this one has what it saved. */
  function outdate() {
    void queries.invalidateQueries({ refetchType: 'none' });
  }

  useEffect(() => {
    sheet.open();
    const stop = watchSession(sheet.resume);
    return () => {
      stop();
      sheet.close();
    };
  }, [sheet]);
  useEffect(() => sheet.update(all), [sheet, all]);

  /** Whoever comes here without having gone anywhere on the page begins to type. */
  useEffect(() => {
    const { activeElement } = document;
    if (activeElement !== document.body && activeElement?.id !== 'main') return;
    const inputs = [...(table.current?.querySelectorAll('input') ?? [])];
    inputs.find(({ value }) => value === '')?.focus();
  }, []);

  /** To the row so many further down; stays at the ends. */
  function move(from: number, by: number) {
    const next = table.current?.querySelectorAll('input')[from + by];
    next?.focus();
    next?.select();
  }

  function onKeyDown(event: KeyboardEvent<HTMLTableElement>) {
    const index = rowOf(event.target);
    const id = rows[index]?.kpi.id;
    if (id === undefined || event.nativeEvent.isComposing) return;
    switch (event.key) {
      case 'ArrowDown':
        move(index, 1);
        break;
      case 'ArrowUp':
        move(index, -1);
        break;
      case 'Escape':
        sheet.restore(id);
        break;
      case 'Enter':
        // A key that is held down answers no question.
        if (event.repeat) break;
        sheet.confirmByKey(id);
        if (sheet.commit(id, format)) move(index, event.shiftKey ? -1 : 1);
        break;
      default:
        return;
    }
    event.preventDefault();
  }

  function onPaste(event: ClipboardEvent<HTMLTableElement>) {
    const from = rowOf(event.target);
    if (from < 0) return;
    const names = rows.map(({ kpi }) => kpi.name);
    const paste = readPaste(event.clipboardData.getData('text/plain'), names, from);
    if (paste.kind === 'text') return;
    event.preventDefault();
    if (paste.kind === 'unclear') return setNotice('unclear');
    setNotice(paste.tooMany === 0 ? undefined : paste.tooMany);
    for (const { row, text } of paste.cells) {
      const id = rows[row]?.kpi.id ?? '';
      sheet.type(id, text, true);
      sheet.commit(id, format);
    }
  }

  const total = rows.length;
  const yearBefore = monthName(addMonths(month, -12), i18n.locale);
  return (
    <>
      <Text role="status">
        {entered === total ? (
          <Trans>All {total} values are in. Thank you!</Trans>
        ) : (
          <Trans>
            {entered} of {total} values are in.
          </Trans>
        )}
      </Text>
      {notice !== undefined && (
        <Alert
          color="yellow"
          variant="light"
          role="alert"
          withCloseButton
          onClose={() => setNotice(undefined)}
        >
          {notice === 'unclear' ? (
            <Trans>
              Nothing was pasted: a block of several columns needs the names of the KPIs in its first column
              and the values in its second.
            </Trans>
          ) : (
            <Plural
              value={notice}
              one="# value was not pasted: there is no row left for it."
              other="# values were not pasted: there are no rows left for them."
            />
          )}
        </Alert>
      )}
      <UnclearPaste sheet={sheet} format={format} />
      <table ref={table} className={classes.grid} onKeyDown={onKeyDown} onPaste={onPaste}>
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
              <GridRow sheet={sheet} row={row} index={index} format={format} yearBefore={yearBefore} />
            </Fragment>
          ))}
        </tbody>
      </table>
    </>
  );
}

function rowOf(target: EventTarget): number {
  return target instanceof HTMLInputElement ? Number(target.dataset.row ?? -1) : -1;
}
