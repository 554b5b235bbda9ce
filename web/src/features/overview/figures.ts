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
  return `${wholes[format].format(value)}${GAP}%`;
}

export function signed(amount: number, format: NumberFormat): string {
  return changes[format].format(amount);
}

/** Without a minus before a zero. */
const wholes = printers({ maximumFractionDigits: 0, signDisplay: 'negative' });

/** With their sign. A difference never becomes none by rounding: small ones keep two digits. */
const changes = printers({
  signDisplay: 'exceptZero',
  maximumFractionDigits: 1,
  maximumSignificantDigits: 2,
  roundingPriority: 'morePrecision',
});

/** Made once: making one takes longer than printing a table's column. */
function printers(options: Intl.NumberFormatOptions): Record<NumberFormat, Intl.NumberFormat> {
  return {
    swiss: new Intl.NumberFormat(LOCALE_OF.swiss, options),
    german: new Intl.NumberFormat(LOCALE_OF.german, options),
    french: new Intl.NumberFormat(LOCALE_OF.french, options),
    english: new Intl.NumberFormat(LOCALE_OF.english, options),
  };
}
