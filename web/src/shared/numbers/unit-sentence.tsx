/** Asks whether a number is meant in the current unit of its KPI. */
import { Trans, useLingui } from '@lingui/react/macro';
import type { Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { UNIT_NAMES } from '#shared/kpis/names';
import { formatNumber, type NumberFormat } from './formats';

interface Props {
  /** The unit in which the number was seen or typed. */
  from: Unit;
  to: Unit;
  value: number;
  format: NumberFormat;
}

export function UnitSentence({ value, format, ...units }: Props) {
  const { i18n } = useLingui();
  const [from, to] = [i18n._(UNIT_NAMES[units.from]), i18n._(UNIT_NAMES[units.to])];
  const number = formatNumber(value, format);
  return (
    <Trans>
      The unit of this KPI has changed in the meantime: from “{from}” to “{to}”. Is {number} right?
    </Trans>
  );
}
