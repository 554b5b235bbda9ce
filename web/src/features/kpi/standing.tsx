/** Where the KPI stands: its state, how far it is from its pace, and what the year may end with. */
import { useQuery } from '@connectrpc/connect-query';
import { useLingui } from '@lingui/react';
import { Plural, Trans } from '@lingui/react/macro';
import { type Kpi, Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { type GetKpiProgressResponse, KpiService } from '#gen/kreis/kpi/v1/kpi_service_pb';
import { type Forecast, KpiState, type PaceDistance } from '#gen/kreis/kpi/v1/state_pb';
import { formatNumber, useNumberFormat } from '#shared/numbers/formats';
import { formatValue } from '#shared/numbers/units';
import { type Month, monthKey } from '#shared/periods/months';
import { useMe } from '#shared/session/me';
import { DistanceInPoints, DistanceInUnit } from '#shared/states/distance';
import { REASON_NAMES } from '#shared/states/names';
import { StateMark } from '#shared/states/state-mark';
import classes from './kpi.module.css';

export function Standing({ kpi }: { kpi: Kpi }) {
  const { data } = useQuery(KpiService.method.getKpiProgress, { kpiId: kpi.id });
  const today = useMe()?.organisation.today;
  // The line keeps its height while it loads.
  return (
    <p className={classes.standing} aria-busy={data === undefined}>
      {data === undefined || today === undefined ? (
        '\u00a0'
      ) : (
        <Statement kpi={kpi} progress={data} month={monthKey(today)} />
      )}
    </p>
  );
}

interface StatementProps {
  kpi: Kpi;
  progress: GetKpiProgressResponse;
  /** The current month: what is entered for a later quarter or year does not count yet. */
  month: string;
}

function Statement({ kpi: { unit }, progress, month }: StatementProps) {
  const { i18n } = useLingui();
  const { state, noStatementReason, points } = progress;
  const newest = points.findLast(({ period }) => period !== undefined && monthKey(period) <= month);
  const distance = state === KpiState.NO_STATEMENT ? undefined : newest?.paceDistance;
  const reason = REASON_NAMES[noStatementReason];
  return (
    <>
      <StateMark state={state} />
      {distance !== undefined && <Distance distance={distance} unit={unit} />}
      {reason !== undefined && <span className="quiet">{i18n._(reason)}</span>}
      {newest?.forecast !== undefined && isOfYear(newest.period, month) && (
        <YearEnd forecast={newest.forecast} unit={unit} />
      )}
    </>
  );
}

function isOfYear(period: Month | undefined, month: string): boolean {
  return period !== undefined && month.startsWith(`${period.year}-`);
}

/** In the KPI's unit, and in points of progress. Both are the same for a percentage from 0 to 100. */
function Distance({ distance, unit }: { distance: PaceDistance; unit: Unit }) {
  const format = useNumberFormat();
  const { amount = 0, points = 0 } = distance;
  const size = rounded(Math.abs(amount));
  const plain = formatNumber(size, format);
  const written =
    unit === Unit.PERCENTAGE ? (
      <Plural value={size} one={`${plain} percentage point`} other={`${plain} percentage points`} />
    ) : (
      formatValue(size, unit, format)
    );
  const same = unit === Unit.PERCENTAGE && Math.abs(amount - points) < 0.05;
  return (
    <>
      <span>
        <DistanceInUnit distance={distance} unit={unit} amount={written} />
      </span>
      {!same && points !== 0 && (
        <span className="quiet">
          <DistanceInPoints distance={distance} unit={unit} />
        </span>
      )}
    </>
  );
}

function YearEnd({ forecast: { low = 0, high = 0 }, unit }: { forecast: Forecast; unit: Unit }) {
  const format = useNumberFormat();
  const from = formatValue(rounded(low), unit, format);
  const to = formatValue(rounded(high), unit, format);
  return (
    <span>
      {from === to ? (
        <Trans>forecast for the year {from}</Trans>
      ) : (
        <Trans>
          forecast for the year {from} to {to}
        </Trans>
      )}
    </span>
  );
}

/** Without digits that say nothing: whole numbers from 100 on, two decimals below. */
function rounded(number: number): number {
  return Math.abs(number) >= 100 ? Math.round(number) : Number(number.toFixed(2));
}
