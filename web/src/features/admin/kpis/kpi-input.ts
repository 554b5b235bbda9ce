/** Converts the fields of the KPI form into the format of the contract. */
import type { I18n } from '@lingui/core';
import { LONGEST_DESCRIPTION } from '#shared/kpis/longest-texts';
import { PERIODICITIES, UNITS } from '#shared/kpis/names';
import { lengthFault } from '#shared/texts/length';
import type { Fields } from '../forms/form';

export function definitionIn(fields: Fields) {
  const steward = fields.text('steward.user_id');
  return {
    name: fields.text('name'),
    circleId: fields.text('circle_id') || '0',
    description: fields.text('description'),
    steward: steward === '' ? {} : { userId: steward },
    ...optionsIn(fields),
  };
}

export const LIMIT_NAMES = ['limits.minimum', 'limits.maximum'];

/** Both limits together, as the contract takes them. */
export function limitsIn(numbers: Record<string, number>) {
  const minimum = numbers['limits.minimum'];
  const maximum = numbers['limits.maximum'];
  return { ...(minimum !== undefined && { minimum }), ...(maximum !== undefined && { maximum }) };
}

/** A fault for each field whose text is too long, by field name. */
export function lengthFaultsIn(fields: Fields, i18n: I18n): Record<string, string> {
  const description = lengthFault(fields.text('description'), LONGEST_DESCRIPTION, i18n);
  return description === undefined ? {} : { description };
}

/** A frozen field is not sent, so it keeps its stored value. */
export function optionsIn(fields: Fields) {
  const periodicity = chosen(PERIODICITIES, fields.text('periodicity'));
  const unit = chosen(UNITS, fields.text('unit'));
  return { ...(periodicity !== undefined && { periodicity }), ...(unit !== undefined && { unit }) };
}

/** The chosen option. Forms hold it as text. */
function chosen<Option extends number>(options: readonly Option[], text: string): Option | undefined {
  return options.find((option) => String(option) === text);
}
