/** Numbers as the overview writes them. */
import { type NumberFormat, printersFor } from '#shared/numbers/formats';

/** With a sign. Rounding never makes a difference zero: small ones keep two significant digits. */
const changes = printersFor({
  signDisplay: 'exceptZero',
  maximumFractionDigits: 1,
  maximumSignificantDigits: 2,
  roundingPriority: 'morePrecision',
});

export function signed(amount: number, format: NumberFormat): string {
  return changes[format].format(amount);
}
