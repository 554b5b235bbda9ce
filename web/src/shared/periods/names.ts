/** Names of periods and moments in the reader's language. */
import { type Timestamp, timestampDate } from '@bufbuild/protobuf/wkt';
import type { I18n } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { Periodicity } from '#gen/kreis/kpi/v1/kpi_pb';
import { type Month, monthName } from './months';

/** `March`, `Q1` or `2026`, for places that show the year already. */
export function periodNameInYear({ year, month }: Month, periodicity: Periodicity, i18n: I18n): string {
  switch (periodicity) {
    case Periodicity.YEARLY:
      return String(year);
    case Periodicity.QUARTERLY: {
      const quarter = Math.ceil(month / 3);
      return i18n._(msg`Q${quarter}`);
    }
    default:
      return new Intl.DateTimeFormat(i18n.locale, { month: 'long', timeZone: 'UTC' }).format(
        new Date(Date.UTC(year, month - 1, 15)),
      );
  }
}

/** `March 2026`, `Q1 2026` or `2026`. */
export function periodName({ year, month }: Month, periodicity: Periodicity, i18n: I18n): string {
  switch (periodicity) {
    case Periodicity.YEARLY:
      return String(year);
    case Periodicity.QUARTERLY: {
      const quarter = Math.ceil(month / 3);
      return i18n._(msg`Q${quarter} ${year}`);
    }
    default:
      return monthName({ year, month }, i18n.locale);
  }
}

/** A day in `timeZone`: `24 November 2026`. */
export function dayName(moment: Timestamp, i18n: I18n, timeZone: string): string {
  return new Intl.DateTimeFormat(swiss(i18n), { dateStyle: 'long', timeZone }).format(timestampDate(moment));
}

/** The time of day in `timeZone`: `14:05`. */
export function clockTime(moment: Timestamp, i18n: I18n, timeZone: string): string {
  return new Intl.DateTimeFormat(swiss(i18n), { timeStyle: 'short', timeZone }).format(timestampDate(moment));
}

/** Day and time: `24 Nov 2026, 14:05`. */
export function momentName(moment: Timestamp, i18n: I18n, timeZone: string): string {
  const style = { dateStyle: 'medium', timeStyle: 'short', timeZone } as const;
  return new Intl.DateTimeFormat(swiss(i18n), style).format(timestampDate(moment));
}

/** All languages write days and times as in Switzerland. */
function swiss({ locale }: I18n): string {
  return `${locale}-CH`;
}
