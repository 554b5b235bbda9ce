/** Warns at a row that its number may have been meant in another unit. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Text } from '@mantine/core';
import type { Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { UNIT_NAMES } from '#shared/kpis/names';

export function UnitChanged(change: { from: Unit; to: Unit }) {
  const { i18n } = useLingui();
  const [from, to] = [i18n._(UNIT_NAMES[change.from]), i18n._(UNIT_NAMES[change.to])];
  return (
    <Text size="sm" role="alert">
      <Trans>
        The unit of this KPI has changed since this page was opened: from “{from}” to “{to}”. Please check the
        value.
      </Trans>
    </Text>
  );
}
