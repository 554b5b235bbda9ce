/** The values of a KPI as a file for a spreadsheet, in the language and number format of the reader. */
import { type Timestamp, timestampDate } from '@bufbuild/protobuf/wkt';
import type { I18n, MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { type Kpi, type KpiValue, KpiValueState } from '#gen/kreis/kpi/v1/kpi_pb';
import { PERIODICITY_NAMES, UNIT_NAMES } from '#shared/kpis/names';
import type { NumberFormat } from '#shared/numbers/formats';
import { spreadsheetFile } from '#shared/numbers/spreadsheet';

const COLUMNS = [
  msg`Circle`,
  msg`KPI`,
  msg`Periodicity`,
  msg`Unit`,
  msg`Year`,
  msg`Month`,
  msg`Value`,
  msg({ message: 'State', context: 'value' }),
  msg`Comment`,
  msg`Last changed by`,
  msg`Last changed at`,
];

const STATE_NAMES: Record<KpiValueState, MessageDescriptor> = {
  [KpiValueState.UNSPECIFIED]: msg`Unknown`,
  [KpiValueState.RECORDED]: msg({ message: 'entered', context: 'value' }),
  [KpiValueState.RETRACTED]: msg({ message: 'taken back', context: 'value' }),
  [KpiValueState.NOTHING_TO_REPORT]: msg`nothing to report`,
};

export interface Reader {
  i18n: I18n;
  format: NumberFormat;
  /** The time zone of the organisation. */
  timeZone: string;
}

export function valuesFile(kpi: Kpi, values: readonly KpiValue[], reader: Reader): string {
  const { i18n, format, timeZone } = reader;
  const lines = values.map((value) => [
    kpi.circleName,
    kpi.name,
    i18n._(PERIODICITY_NAMES[kpi.periodicity]),
    i18n._(UNIT_NAMES[kpi.unit]),
    value.period?.year,
    value.period?.month,
    value.value,
    i18n._(STATE_NAMES[value.state]),
    value.comment,
    value.updatedBy?.displayName,
    value.updateTime && moment(value.updateTime, timeZone),
  ]);
  return spreadsheetFile([COLUMNS.map((name) => i18n._(name)), ...lines], format);
}

/** `2026-10-03 14:20`, which every spreadsheet reads as date and time. */
function moment(time: Timestamp, timeZone: string): string {
  // The Swedish locale writes the international form.
  return new Intl.DateTimeFormat('sv', { dateStyle: 'short', timeStyle: 'short', timeZone }).format(
    timestampDate(time),
  );
}
