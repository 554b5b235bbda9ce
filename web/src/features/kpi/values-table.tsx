import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Button, Text, VisuallyHidden } from '@mantine/core';
import { Fragment, useRef, useState } from 'react';
import { type Kpi, type KpiValue, KpiValueState, Periodicity } from '#gen/kreis/kpi/v1/kpi_pb';
import { useNumberFormat } from '#shared/numbers/formats';
import { formatSum, formatValue, isFlow } from '#shared/numbers/units';
import { isSameMonth, monthKey } from '#shared/periods/months';
import { periodName, periodNameInYear } from '#shared/periods/names';
import { hasPace, paceTo, targetOf } from './chart-shape';
import { Correction } from './correction';
import { ExplainedProgress } from './explanation';
import classes from './kpi.module.css';
import type { PeriodRow } from './values';

interface Props {
  kpi: Kpi;
  rows: readonly PeriodRow[];
  mayCorrect: boolean;
}

export function ValuesTable({ kpi, rows, mayCorrect }: Props) {
  const { t, i18n } = useLingui();
  /** The value that is being corrected, as it was when that began. */
  const [open, setOpen] = useState<KpiValue>();
  const [saved, setSaved] = useState('');
  const openers = useRef(new Map<string, HTMLButtonElement>());
  const flow = isFlow(kpi.unit);
  const { sums, pace, progress } = columnsOf(kpi);
  const columns = 3 + [sums, pace, progress, mayCorrect].filter(Boolean).length;

  function close(id: string, message: string) {
    setOpen(undefined);
    setSaved(message);
    openers.current.get(id)?.focus();
  }

  return (
    <>
      <table className={classes.table} aria-labelledby="values">
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
          {rows.map((row) => {
            const { value } = row;
            const name = periodName(row.period, kpi.periodicity, i18n);
            const correctable = mayCorrect && value?.state === KpiValueState.RECORDED;
            return (
              <Fragment key={monthKey(row.period)}>
                <tr>
                  <th scope="row">{periodNameInYear(row.period, kpi.periodicity, i18n)}</th>
                  <Figures kpi={kpi} row={row} name={name} sources={sourcesOf(row, rows, flow)} />
                  {mayCorrect && (
                    <td className={classes.action}>
                      {correctable && (
                        <Button
                          ref={(button) => {
                            if (button === null) openers.current.delete(value.id);
                            else openers.current.set(value.id, button);
                          }}
                          variant="subtle"
                          size="compact-sm"
                          aria-label={t`Correct ${name}`}
                          aria-expanded={open?.id === value.id}
                          onClick={() => {
                            setSaved('');
                            setOpen(open?.id === value.id ? undefined : value);
                          }}
                        >
                          <Pencil />
                          <span className={classes.wide}>
                            <Trans>Correct</Trans>
                          </span>
                        </Button>
                      )}
                    </td>
                  )}
                </tr>
                {open?.period !== undefined && isSameMonth(open.period, row.period) && (
                  <tr>
                    <td colSpan={columns}>
                      <Correction
                        kpi={kpi}
                        value={open}
                        period={name}
                        onSaved={() => close(open.id, t`${name} is saved.`)}
                        onCancel={() => close(open.id, '')}
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

/** The columns that a KPI has beside those of every KPI; of a yearly value the sum is that value. */
function columnsOf(kpi: Kpi) {
  const sums = isFlow(kpi.unit) && kpi.periodicity !== Periodicity.YEARLY;
  return { sums, pace: hasPace(kpi), progress: kpi.targets.length > 0 };
}

/** Of a flow all values of the year so far, of a level the period's own. */
function sourcesOf(row: PeriodRow, rows: readonly PeriodRow[], flow: boolean): KpiValue[] {
  const { year, month } = row.period;
  return rows
    .filter(({ period }) => period.year === year && (flow ? period.month <= month : period.month === month))
    .flatMap(({ value }) => (value?.state === KpiValueState.RECORDED ? [value] : []));
}

/** In place of the word where there is no room for it. */
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

interface FiguresProps {
  kpi: Kpi;
  row: PeriodRow;
  /** What its period is called. */
  name: string;
  /** The values that its progress is made of. */
  sources: readonly KpiValue[];
}

function Figures({ kpi, row, name, sources }: FiguresProps) {
  const { unit } = kpi;
  const { value, yearBefore, point } = row;
  const format = useNumberFormat();
  const { sums, pace, progress } = columnsOf(kpi);
  const show = (number: number | undefined) =>
    number === undefined ? undefined : formatValue(number, unit, format);
  const sum = sums && point?.sum !== undefined ? formatSum(point.sum, unit, format) : undefined;
  const target = pace ? targetOf(kpi.targets, row.period.year) : undefined;
  const steady = target && show(Number(paceTo(target, row.period.month).toFixed(2)));
  const missing = point?.missingPeriods.length ?? 0;
  return (
    <>
      <td className={classes.figure}>
        {value?.state === KpiValueState.NOTHING_TO_REPORT ? (
          <span className={classes.note}>
            <Trans>nothing to report</Trans>
          </span>
        ) : (
          <span>{show(value?.value)}</span>
        )}
        {/* Where there is no room for columns. */}
        <div className={`${classes.note} ${classes.narrow}`}>
          {sum !== undefined && (
            <div>
              <Trans>Sum: {sum}</Trans>
            </div>
          )}
          {steady !== undefined && (
            <div>
              <Trans>Pace: {steady}</Trans>
            </div>
          )}
        </div>
        {value !== undefined && value.comment !== '' && <div className={classes.note}>{value.comment}</div>}
      </td>
      <td className={`${classes.figure} ${classes.wide} quiet`}>{show(yearBefore)}</td>
      {sums && <td className={`${classes.figure} ${classes.wide}`}>{sum}</td>}
      {pace && <td className={`${classes.figure} ${classes.wide} quiet`}>{steady}</td>}
      {progress && (
        <td className={classes.figure}>
          {point !== undefined && (
            <ExplainedProgress kpi={kpi} point={point} period={name} values={sources} />
          )}
          {sums && missing > 0 && (
            <div className={classes.note}>
              <Plural value={missing} one="# period missing" other="# periods missing" />
            </div>
          )}
        </td>
      )}
    </>
  );
}
