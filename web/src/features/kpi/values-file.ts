/**
 * The values of a KPI as a file for a spreadsheet: comma-separated, UTF-8 with
 * a mark that says so, and numbers that read only one way: digits, a point,
 * nothing between thousands.
 */
import { timestampDate } from '@bufbuild/protobuf/wkt';
import { type Kpi, type KpiValue, KpiValueState, Periodicity, Unit } from '#gen/kreis/kpi/v1/kpi_pb';

const COLUMNS = [
  'circle',
  'kpi',
  'periodicity',
  'unit',
  'period_year',
  'period_month',
  'value',
  'state',
  'comment',
  'updated_by',
  'updated_at',
];

const BYTE_ORDER_MARK = '\uFEFF';

export function valuesFile(kpi: Kpi, values: readonly KpiValue[]): string {
  const lines = values.map((value) => [
    kpi.circleName,
    kpi.name,
    Periodicity[kpi.periodicity].toLowerCase(),
    Unit[kpi.unit].toLowerCase(),
    String(value.period?.year ?? ''),
    String(value.period?.month ?? ''),
    value.value === undefined ? '' : plainNumber(value.value),
    KpiValueState[value.state].toLowerCase(),
    value.comment,
    value.updatedBy?.displayName ?? '',
    value.updateTime === undefined ? '' : timestampDate(value.updateTime).toISOString(),
  ]);
  return BYTE_ORDER_MARK + [COLUMNS, ...lines].map((cells) => `${cells.map(cell).join(',')}\r\n`).join('');
}

/** All its digits, and never with an exponent. */
export function plainNumber(value: number): string {
  return value.toLocaleString('en', { useGrouping: false, maximumSignificantDigits: 17 });
}

/** A text that a spreadsheet would take for a formula is kept from being one. */
function cell(text: string): string {
  const formula = /^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text));
  const harmless = formula ? `'${text}` : text;
  return /[",;\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
