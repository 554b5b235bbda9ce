/** Links to unsaved corrections in years that are not shown. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Kpi } from '#gen/kreis/kpi/v1/kpi_pb';
import { isSameMonth, type Month } from '#shared/periods/months';
import { periodName } from '#shared/periods/names';
import type { CorrectionDraft } from './correction-drafts';
import type { PeriodRow } from './values';

interface Props {
  kpi: Kpi;
  drafts: readonly CorrectionDraft[];
  /** The rows that are shown. */
  rows: readonly PeriodRow[];
}

export function DraftsElsewhere({ kpi, drafts, rows }: Props) {
  const { i18n } = useLingui();
  const isShown = (month: Month) => rows.some(({ period }) => isSameMonth(period, month));
  const periods = drafts.flatMap(({ seen: { period } }) => (period && !isShown(period) ? [period] : []));
  return periods.map((period) => {
    const name = periodName(period, kpi.periodicity, i18n);
    return (
      <Text key={name} size="sm">
        <Trans>
          <Link to="/kpis/$kpiId" params={{ kpiId: kpi.id }} search={{ year: period.year }}>
            The correction for {name}
          </Link>{' '}
          is not saved.
        </Trans>
      </Text>
    );
  });
}
