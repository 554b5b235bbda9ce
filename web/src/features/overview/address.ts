/** What the overview's address says: which circles, which month, how to show them. */
import { readMonthKey } from '#shared/periods/months';

export const COLUMNS = ['name', 'value', 'previous', 'year', 'progress', 'target'] as const;
export type Column = (typeof COLUMNS)[number];

export interface Order {
  column: Column;
  descending: boolean;
}

/** Whatever is not there is as it usually is. */
export interface OverviewAddress {
  /** The id of one circle, or whose; usually mine if I have any. */
  circle?: 'mine' | 'all' | number;
  /** Such as `2026-03`; usually the organisation's current month. */
  month?: string;
  /** A column, with a minus before it for descending; usually `name`. */
  sort?: string;
  /** Words of a KPI's name. */
  find?: string;
}

export const BY_NAME: Order = { column: 'name', descending: false };

/** Takes what makes sense and leaves the rest. */
export function readAddress(search: Record<string, unknown>): OverviewAddress {
  const { circle, month, sort, find } = search;
  return {
    ...(isCircle(circle) && { circle }),
    ...(typeof month === 'string' && readMonthKey(month) !== undefined && { month }),
    ...(typeof sort === 'string' && orderOf(sort) !== BY_NAME && { sort }),
    // A number that was typed comes back from the address as one.
    ...((typeof find === 'string' || typeof find === 'number') && find !== '' && { find: String(find) }),
  };
}

export function orderOf(sort: string | undefined): Order {
  const descending = sort?.startsWith('-') === true;
  const column = COLUMNS.find((name) => name === (descending ? sort?.slice(1) : sort));
  return column === undefined ? BY_NAME : { column, descending };
}

export function sortKey({ column, descending }: Order): string {
  return descending ? `-${column}` : column;
}

/** Mine if I have any, else all, unless the address says otherwise; absent until it is known. */
export function chosenCircle(
  circle: OverviewAddress['circle'],
  mine: readonly string[] | undefined,
): OverviewAddress['circle'] {
  if (circle === 'all' || typeof circle === 'number') return circle;
  if (mine === undefined) return undefined;
  return mine.length > 0 ? 'mine' : 'all';
}

function isCircle(circle: unknown): circle is 'mine' | 'all' | number {
  if (typeof circle === 'number') return Number.isSafeInteger(circle) && circle > 0;
  return circle === 'mine' || circle === 'all';
}
