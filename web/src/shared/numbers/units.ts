/** How numbers add up, and how they are shown, by unit. */
import { Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { formatNumber, type NumberFormat, printersFor } from './formats';
import type { Adornment } from './reading';

/** Flows add up within a calendar year. For a level, the newest value is the state. */
export function isFlow(unit: Unit): boolean {
  switch (unit) {
    case Unit.CHF:
    case Unit.AMOUNT:
      return true;
    case Unit.PERCENTAGE:
    case Unit.SCORE:
    case Unit.UNSPECIFIED:
      return false;
  }
}

export function adornmentOf(unit: Unit): Adornment {
  switch (unit) {
    case Unit.CHF:
      return 'chf';
    case Unit.PERCENTAGE:
      return 'percent';
    case Unit.AMOUNT:
    case Unit.SCORE:
    case Unit.UNSPECIFIED:
      return 'none';
  }
}

/** `CHF 1’200.50`, `46 %`, `35`: no line break between number and unit. */
export function formatValue(value: number, unit: Unit, format: NumberFormat): string {
  switch (adornmentOf(unit)) {
    case 'chf':
      return `CHF\u00a0${formatMoney(value, format)}`;
    case 'percent':
      return `${formatNumber(value, format)}\u00a0%`;
    default:
      return formatNumber(value, format);
  }
}

/** Formats a sum without the rounding errors of binary fractions. */
export function formatSum(sum: number, unit: Unit, format: NumberFormat): string {
  return formatValue(Number(sum.toPrecision(15)), unit, format);
}

const rappen = printersFor({ minimumFractionDigits: 2, maximumFractionDigits: 20 });

/** Whole francs, or at least two decimals. */
function formatMoney(value: number, format: NumberFormat): string {
  if (Number.isInteger(value)) return formatNumber(value, format);
  return rappen[format].format(value);
}

/**
 * Formats a share such as progress as a whole percent: `46 %`. A share below 100 % never shows as 100
 * %: 99.6 % is cut to 99 %.
 */
export function formatShare(share: number, format: NumberFormat): string {
  // Digits after the twelfth are rounding errors.
  const exact = Number(share.toPrecision(12));
  const rounded = Math.round(exact);
  const whole = rounded === 100 && exact < 100 ? 99 : rounded;
  // Adding zero turns −0 into 0.
  return `${formatNumber(whole + 0, format)}\u00a0%`;
}
