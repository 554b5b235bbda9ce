/** Numbers as the overview writes them. */
import { Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { formatNumber, LOCALE_OF, type NumberFormat } from '#shared/numbers/formats';

/** Between a number and its unit, which stay together. */
const GAP = '\u00a0';

/** The whole number with its unit: nothing of a value is rounded away. */
export function withUnit(value: number, unit: Unit, format: NumberFormat): string {
  const number = formatNumber(value, format);
  if (unit === Unit.CHF) return `CHF${GAP}${number}`;
  return unit === Unit.PERCENTAGE ? `${number}${GAP}%` : number;
}

export function percent(value: number, format: NumberFormat): string {
  // No minus before a zero.
  const digits = { maximumFractionDigits: 0, signDisplay: 'negative' } as const;
  return `${new Intl.NumberFormat(LOCALE_OF[format], digits).format(value)}${GAP}%`;
}

/** With its sign. A difference never becomes none by rounding: small ones keep two digits. */
export function signed(amount: number, format: NumberFormat): string {
  return new Intl.NumberFormat(LOCALE_OF[format], {
    signDisplay: 'exceptZero',
    maximumFractionDigits: 1,
    maximumSignificantDigits: 2,
    roundingPriority: 'morePrecision',
  }).format(amount);
}
