/** One KPI: its newest value, its changes, and its progress. */
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { memo, type ReactNode } from 'react';
import { Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { useNumberFormat } from '#shared/numbers/formats';
import { formatShare, formatValue } from '#shared/numbers/units';
import { monthKey } from '#shared/periods/months';
import { periodName } from '#shared/periods/names';
import { DistanceInPoints } from '#shared/states/distance';
import { REASON_NAMES } from '#shared/states/names';
import { StateMark } from '#shared/states/state-mark';
import { type Change, type Direction, verdictOn } from './change';
import { useColumnNames } from './column-names';
import { signed } from './figures';
import classes from './overview.module.css';
import { ProgressBar } from './progress-bar';
import type { Row } from './rows';
import { Sparkline } from './sparkline';

export const KpiRow = memo(function KpiRow({ row }: { row: Row }) {
  const { i18n, t } = useLingui();
  const format = useNumberFormat();
  const names = useColumnNames();
  const { name, newest, progress, missing, target, good, unit } = row;
  const share = progress === undefined ? '' : formatShare(progress, format);

  return (
    <tr className={classes.row}>
      <th scope="row" className={classes.name}>
        <Anchor
          inherit
          renderRoot={(props) => <Link {...props} to="/kpis/$kpiId" params={{ kpiId: row.id }} />}
        >
          {name}
        </Anchor>
      </th>
      <Cell label={names.value} className={classes.value}>
        {newest === undefined ? (
          <span className="quiet">
            <Trans>No value yet</Trans>
          </span>
        ) : (
          <>
            <span className={classes.strong}>{formatValue(newest.value, unit, format)}</span>{' '}
            <small className="quiet">{periodName(newest.period, row.periodicity, i18n)}</small>
          </>
        )}
      </Cell>
      <Cell label={names.previous} className={classes.previous}>
        <ChangeFigure change={row.sincePrevious} row={row} />
      </Cell>
      <Cell label={names.year} className={classes.year}>
        <ChangeFigure change={row.sinceLastYear} row={row} />
      </Cell>
      <td className={classes.course}>
        <Sparkline row={row} />
      </td>
      <Cell label={names.progress} className={classes.progress}>
        {progress === undefined ? (
          <NoProgress row={row} />
        ) : (
          <>
            <Link
              to="/kpis/$kpiId"
              params={{ kpiId: row.id }}
              search={newest === undefined ? {} : { explain: monthKey(newest.period) }}
              aria-label={t`${share}: explain the progress`}
              className={classes.explain}
              preload={false}
            >
              {share}
            </Link>{' '}
            <ProgressBar progress={progress} />
            {missing > 0 && (
              <small className="quiet">
                <Plural value={missing} one="# period missing" other="# periods missing" />
              </small>
            )}
          </>
        )}
      </Cell>
      <Cell label={names.state} className={classes.state}>
        <StateMark state={row.state} />{' '}
        <small className="quiet">
          <Reasons row={row} />
        </small>
      </Cell>
      <Cell label={names.target} className={classes.target}>
        {target === undefined ? (
          <span className="quiet">
            <Trans>No target</Trans>
          </span>
        ) : (
          <>
            <span>{formatValue(target.targetValue, unit, format)}</span>{' '}
            {good !== undefined && <GoodDirection good={good} />}
          </>
        )}
      </Cell>
    </tr>
  );
});

/** On narrow screens without column headers, the cell shows the name of its column. */
function Cell({
  label,
  className,
  children,
}: {
  label: string;
  className: string | undefined;
  children: ReactNode;
}) {
  return (
    <td className={className} data-label={label}>
      <div className={classes.cell}>{children}</div>
    </td>
  );
}

/** How far from the pace, or why there is no statement. */
function Reasons({ row: { distance, unit, noStatementReason } }: { row: Row }) {
  const { i18n } = useLingui();
  if (distance !== undefined) return <DistanceInPoints distance={distance} unit={unit} />;
  const reason = REASON_NAMES[noStatementReason];
  return reason && i18n._(reason);
}

function GoodDirection({ good }: { good: Direction }) {
  const { t } = useLingui();
  return (
    <span
      className={classes.arrow}
      role="img"
      aria-label={good === 'lower' ? t`Lower is better` : t`Higher is better`}
    >
      {good === 'lower' ? '↓' : '↑'}
    </span>
  );
}

/** The arrow shows the direction, and the word says whether it is good. The colour only repeats the word. */
function ChangeFigure({ change, row }: { change: Change | undefined; row: Row }) {
  if (change === undefined) return <Nothing />;
  const verdict = verdictOn(change, row.good);
  const arrow = change.amount > 0 ? '▲' : change.amount < 0 ? '▼' : '●';
  return (
    <>
      <span className={classes.change} data-verdict={verdict}>
        <span aria-hidden className={classes.arrow}>
          {arrow}
        </span>{' '}
        <Amount change={change} unit={row.unit} />
      </span>{' '}
      {verdict !== undefined && (
        <small className="quiet">
          {verdict === 'better' && <Trans>better</Trans>}
          {verdict === 'worse' && <Trans>worse</Trans>}
          {verdict === 'same' && <Trans>unchanged</Trans>}
        </small>
      )}
    </>
  );
}

function Amount({ change, unit }: { change: Change; unit: Unit }) {
  const amount = signed(change.amount, useNumberFormat());
  if (change.kind === 'percent') return `${amount}\u00a0%`;
  const size = Math.abs(change.amount);
  return unit === Unit.PERCENTAGE ? (
    <Plural context="percentage" value={size} one={`${amount} point`} other={`${amount} points`} />
  ) : (
    <Plural value={size} one={`${amount} point`} other={`${amount} points`} />
  );
}

/** A sum that should stay small has no progress before its year is over. */
function NoProgress({ row: { newest, good } }: { row: Row }) {
  if (newest === undefined || good !== 'lower') return <Nothing />;
  return (
    <small className="quiet">
      <Trans>Once the year is complete</Trans>
    </small>
  );
}

function Nothing() {
  const { t } = useLingui();
  return (
    <span className="quiet" role="img" aria-label={t`nothing`}>
      –
    </span>
  );
}
