/** What the fields about a KPI hold, as the contract takes it. */

import { PERIODICITIES, UNITS } from '#shared/kpis/names';
import type { Fields } from '../parts/form';

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

/** Both ends at once, as the contract takes them. */
export function limitsIn(numbers: Record<string, number>) {
  const minimum = numbers['limits.minimum'];
  const maximum = numbers['limits.maximum'];
  return { ...(minimum !== undefined && { minimum }), ...(maximum !== undefined && { maximum }) };
}

/** A frozen field is not sent: it stays as it is. */
export function optionsIn(fields: Fields) {
  const periodicity = chosen(PERIODICITIES, fields.text('periodicity'));
  const unit = chosen(UNITS, fields.text('unit'));
  return { ...(periodicity !== undefined && { periodicity }), ...(unit !== undefined && { unit }) };
}

/** The chosen option of a list, which forms know as text. */
function chosen<Option extends number>(options: readonly Option[], text: string): Option | undefined {
  return options.find((option) => String(option) === text);
}
