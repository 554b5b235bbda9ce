import type { I18n } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { Periodicity } from '#gen/kreis/kpi/v1/kpi_pb';
import { type Month, monthName } from './months';

/** For people: `March 2026`, `Q1 2026` or `2026`. */
export function periodName(period: Month, periodicity: Periodicity, i18n: I18n): string {
  const { year, month } = period;
  if (periodicity === Periodicity.YEARLY) return String(year);
  if (periodicity !== Periodicity.QUARTERLY) return monthName(period, i18n.locale);
  const quarter = Math.ceil(month / 3);
  return i18n._(msg`Q${quarter} ${year}`);
}
