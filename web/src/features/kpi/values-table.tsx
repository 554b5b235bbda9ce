import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Text, VisuallyHidden } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Fragment, type KeyboardEvent, useRef, useState } from 'react';
import { type Kpi, type KpiValue, KpiValueState } from '#gen/kreis/kpi/v1/kpi_pb';
import type { Surroundings } from '#shared/numbers/slips';
import { isFlow } from '#shared/numbers/units';
import { isSameMonth, type Month, monthKey } from '#shared/periods/months';
import { periodName, periodNameInYear } from '#shared/periods/names';
import { isHeldEnter } from '#shared/screens/held-enter';
import { useMovedControls } from '#shared/screens/moved-controls';
import { usePageGuard } from '#shared/unsaved/page-guard';
import { Correction } from './correction';
import { type CorrectionDraft, useCorrectionDrafts } from './correction-drafts';
import { DraftsElsewhere } from './drafts-elsewhere';
import { columnsOf, Figures } from './figures';
import classes from './kpi.module.css';
import { type SeenValue, seenValue, useIsSaving, type Wish } from './saving';
import type { PeriodRow } from './values';

interface Props {
  kpi: Kpi;
  rows: readonly PeriodRow[];
  /** Id of the person who corrects the values. */
  userId: string;
  mayCorrect: boolean;
  /** The period whose explanation is open when the page opens. */
  explained: Month | undefined;
}

export function ValuesTable({ kpi, rows, userId, mayCorrect, explained }: Props) {
  const { t, i18n } = useLingui();
  /** The value whose correction was opened last, as it was then. */
  const [open, setOpen] = useState<SeenValue>();
  const { drafts, keep, drop, dropSent, keepUnsent } = useCorrectionDrafts(userId, kpi.id);
  const [saved, setSaved] = useState('');
  const isSaving = useIsSaving();
  const { area, ...handlers } = useMovedControls<HTMLTableElement>();
  const openers = useRef(new Map<string, HTMLButtonElement>());
  const flow = isFlow(kpi.unit);
  const { sums, pace, progress } = columnsOf(kpi);
  const columns = 3 + [sums, pace, progress, mayCorrect].filter(Boolean).length;

  usePageGuard(
    () => drafts.length > 0,
    t`A correction is not saved. It is kept until midnight. Leave the page?`,
  );

  /** The value under correction in a row, with its draft. */
  function correctionIn({
    period,
  }: PeriodRow): { seen: SeenValue; draft: CorrectionDraft | undefined } | undefined {
    const isHere = (seen: SeenValue) => seen.period !== undefined && isSameMonth(seen.period, period);
    const draft = drafts.find(({ seen }) => isHere(seen));
    if (draft !== undefined) return { seen: draft.seen, draft };
    return open !== undefined && isHere(open) ? { seen: open, draft: undefined } : undefined;
  }

  /** Drops the draft, but keeps the correction open. */
  function leave(seen: SeenValue) {
    setOpen(seen);
    drop(seen.id);
  }

  /** Closes one correction. Other corrections stay open. */
  function close(id: string, message: string) {
    setOpen((now) => (now?.id === id ? undefined : now));
    setSaved(message);
  }

  function cancel({ id }: SeenValue) {
    drop(id);
    close(id, '');
    openers.current.get(id)?.focus();
  }

  function onSaved({ seen, number, requestId }: Wish, name: string, hadKeyboard: boolean) {
    const opener = openers.current.get(seen.id);
    const head = opener?.closest('tr')?.querySelector('th');
    if (number === undefined) drop(seen.id);
    else dropSent(seen.id, requestId);
    close(seen.id, number === undefined ? t`${name} is blank again.` : t`${name} is saved.`);
    if (!hadKeyboard) return;
    // The button that opened the correction disappears with a retracted value.
    if (number === undefined) head?.focus();
    else opener?.focus();
  }

  /** What the slip check needs to know about a row. */
  function surroundings(index: number): Surroundings {
    const neighbours = [rows[index - 1], rows[index + 1]].filter((row) => row !== undefined);
    return {
      unit: kpi.unit,
      history: rows[index]?.history ?? [],
      neighbours: neighbours.map(({ period, value }) => ({
        name: periodName(period, kpi.periodicity, i18n),
        last: value?.value,
      })),
    };
  }

  return (
    <>
      <DraftsElsewhere kpi={kpi} drafts={drafts} rows={rows} />
      <table
        ref={area}
        className={classes.table}
        aria-labelledby="values"
        onKeyDown={ignoreHeldEnter}
        {...handlers}
      >
        <thead>
          <tr>
            <th scope="col">
              <Trans>Period</Trans>
            </th>
            <th scope="col" className={classes.figure}>
              <Trans>Value</Trans>
            </th>
            <th scope="col" className={`${classes.figure} ${classes.wide}`}>
              <Trans>Year before</Trans>
            </th>
            {sums && (
              <th scope="col" className={`${classes.figure} ${classes.wide}`}>
                <Trans>Sum of the year</Trans>
              </th>
            )}
            {pace && (
              <th scope="col" className={`${classes.figure} ${classes.wide}`}>
                <Trans>Steady pace to the target</Trans>
              </th>
            )}
            {progress && (
              <th scope="col" className={classes.figure}>
                <Trans>Progress</Trans>
              </th>
            )}
            {mayCorrect && (
              <td className={classes.action}>
                <VisuallyHidden>
                  <Trans>Correct</Trans>
                </VisuallyHidden>
              </td>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => {
            const { value } = row;
            const name = periodName(row.period, kpi.periodicity, i18n);
            const correction = correctionIn(row);
            return (
              <Fragment key={monthKey(row.period)}>
                <tr>
                  <th scope="row" tabIndex={-1}>
                    {periodNameInYear(row.period, kpi.periodicity, i18n)}
                  </th>
                  <Figures
                    kpi={kpi}
                    row={row}
                    name={name}
                    sources={sourcesOf(row, rows, flow)}
                    explained={explained !== undefined && isSameMonth(explained, row.period)}
                  />
                  {mayCorrect && (
                    <td className={classes.action}>
                      {value?.state === KpiValueState.RECORDED ? (
                        <Button
                          ref={(button) => {
                            if (button === null) openers.current.delete(value.id);
                            else openers.current.set(value.id, button);
                          }}
                          variant="subtle"
                          size="compact-sm"
                          aria-label={t`Correct ${name}`}
                          aria-expanded={correction !== undefined}
                          // Shift+Tab passes it, as it does after the response.
                          tabIndex={isSaving(value.id) ? -1 : undefined}
                          // The second click of a double click leaves the keyboard to the correction, and
                          // does not close it.
                          onMouseDown={(event) => {
                            if (correction !== undefined && event.detail > 1) event.preventDefault();
                          }}
                          onClick={({ detail }) => {
                            const isOpen = correction?.draft === undefined && correction !== undefined;
                            if (isOpen && detail > 1) return;
                            setSaved('');
                            setOpen(isOpen ? undefined : seenValue(value, kpi.unit));
                          }}
                        >
                          <Pencil />
                          <span className={classes.wide}>
                            <Trans>Correct</Trans>
                          </span>
                        </Button>
                      ) : (
                        <EnterLink kpi={kpi} period={row.period} name={name} />
                      )}
                    </td>
                  )}
                </tr>
                {correction !== undefined && (
                  <tr>
                    <td colSpan={columns}>
                      <Correction
                        kpi={kpi}
                        {...correction}
                        around={surroundings(index)}
                        period={name}
                        onWrite={(draft) => (draft === undefined ? leave(correction.seen) : keep(draft))}
                        onSaved={(wish, hadKeyboard) => onSaved(wish, name, hadKeyboard)}
                        onRefused={({ seen, requestId }, error) => keepUnsent(seen.id, requestId, error)}
                        onCancel={() => cancel(correction.seen)}
                      />
                    </td>
                  </tr>
                )}
              </Fragment>
            );
          })}
        </tbody>
      </table>
      <Text role="status" size="sm" className="quiet">
        {saved}
      </Text>
    </>
  );
}

function ignoreHeldEnter(event: KeyboardEvent): void {
  if (isHeldEnter(event)) event.preventDefault();
}

/** For a flow, all values of the year so far. For a level, only the value of the period. */
function sourcesOf(row: PeriodRow, rows: readonly PeriodRow[], flow: boolean): KpiValue[] {
  const { year, month } = row.period;
  return rows
    .filter(({ period }) => period.year === year && (flow ? period.month <= month : period.month === month))
    .flatMap(({ value }) => (value?.state === KpiValueState.RECORDED ? [value] : []));
}

/** A link to the cell in which a blank period is entered. */
function EnterLink({ kpi, period, name }: { kpi: Kpi; period: Month; name: string }) {
  const { t } = useLingui();
  return (
    <Button
      renderRoot={(props) => (
        <Link to="/enter" search={{ month: monthKey(period), kpi: kpi.id }} {...props} />
      )}
      variant="subtle"
      size="compact-sm"
      aria-label={t`Enter ${name}`}
    >
      <Pencil />
      <span className={classes.wide}>
        <Trans>Enter</Trans>
      </span>
    </Button>
  );
}

/** Replaces the word on narrow screens. */
function Pencil() {
  return (
    <svg className={classes.narrow} viewBox="0 0 16 16" width="18" height="18" fill="none" aria-hidden="true">
      <path
        d="M2.5 13.5l.7-3L10.7 3a1.6 1.6 0 0 1 2.3 2.3L5.5 12.8z"
        stroke="currentColor"
        strokeWidth="1.4"
      />
    </svg>
  );
}
