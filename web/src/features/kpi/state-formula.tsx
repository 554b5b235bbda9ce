/** How the state of a period follows from its number, its pace and the thresholds. */
import { useQuery } from '@connectrpc/connect-query';
import { Trans } from '@lingui/react/macro';
import { Text } from '@mantine/core';
import type { Kpi, Target } from '#gen/kreis/kpi/v1/kpi_pb';
import { KpiService, type ProgressPoint } from '#gen/kreis/kpi/v1/kpi_service_pb';
import { formatNumber, useNumberFormat } from '#shared/numbers/formats';
import { formatSum, formatValue, isFlow } from '#shared/numbers/units';
import { StateMark } from '#shared/states/state-mark';

interface Props {
  kpi: Kpi;
  point: ProgressPoint;
  target: Target;
}

export function StateFormula({ kpi: { id, unit }, point, target }: Props) {
  const format = useNumberFormat();
  const { data } = useQuery(KpiService.method.getKpiProgress, { kpiId: id });
  const { paceDistance } = point;
  if (paceDistance === undefined) return null;
  const number = point.sum ?? point.value ?? 0;
  const reached = formatSum(number, unit, format);
  const pace = formatValue(Number((paceDistance.pace ?? 0).toFixed(2)), unit, format);
  const baseline = formatValue(target.initialValue, unit, format);
  const aim = formatValue(target.targetValue, unit, format);
  const points = formatNumber(Number((paceDistance.points ?? 0).toFixed(1)), format);
  const onTrack = formatNumber(data?.stateThresholds?.onTrackFrom ?? 0, format);
  const slightly = formatNumber(data?.stateThresholds?.slightlyBehindFrom ?? 0, format);
  return (
    <>
      <Text size="sm">
        {isFlow(unit) ? (
          <Trans>(sum of the year − pace) ÷ (target − baseline), in points</Trans>
        ) : (
          <Trans>(value − target) ÷ (target − baseline), in points</Trans>
        )}
      </Text>
      <Text size="sm">
        ({reached} − {pace}) ÷ ({aim} − {baseline}) = <strong>{points}</strong>:{' '}
        <StateMark state={point.state} />
      </Text>
      {data !== undefined && (
        <Text size="sm" className="quiet">
          <Trans>
            In points: on track from {onTrack}, slightly behind from {slightly}.
          </Trans>
        </Text>
      )}
    </>
  );
}
