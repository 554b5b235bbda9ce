/** The address of the overview: which circles, which month, and how to show them. */
import { readId } from '#shared/ids/read-id';
import { isMonthKey } from '#shared/periods/months';
import { type Day, daysBefore, readDayKey } from './days';

export const COLUMNS = ['name', 'value', 'previous', 'year', 'progress', 'state', 'target'] as const;
export type Column = (typeof COLUMNS)[number];

/** The filters of the band above the KPIs. */
export const FILTERS = ['on-track', 'slightly-behind', 'behind', 'no-statement', 'missing'] as const;
export type Filter = (typeof FILTERS)[number];

export interface Order {
  column: Column;
  descending: boolean;
}

/** An absent field has its default. */
export interface OverviewAddress {
  /** The id of one circle, `all`, or `mine`. Default: `mine` if the person has circles, else `all`. */
  circle?: string;
  /** Such as `2026-03`. Default: the organisation's current month. */
  month?: string;
  /** A column, with a minus before it for descending order. Default: `name`. */
  sort?: string;
  /** Words to find in the names of KPIs. */
  find?: string;
  /** Only KPIs in this state, or only those whose last due value is missing. Default: all. */
  state?: Filter;
  /** The day that the board compares with, such as `2026-10-12`. Default: 30 days ago. */
  since?: string;
  /** Shows the list of values instead of the board. */
  view?: 'list';
}

export const BY_NAME: Order = { column: 'name', descending: false };

/** Keeps valid parameters and ignores all others. */
export function readAddress(search: Record<string, unknown>): OverviewAddress {
  const { month, sort, find } = search;
  const state = FILTERS.find((name) => name === search.state);
  const circle = readCircle(search.circle);
  return {
    ...(circle !== undefined && { circle }),
    ...(isMonthKey(month) && { month }),
    ...(typeof sort === 'string' && orderOf(sort) !== BY_NAME && { sort }),
    ...(typeof find === 'string' && find !== '' && { find }),
    ...(state !== undefined && { state }),
    ...(typeof search.since === 'string' && readDayKey(search.since) && { since: search.since }),
    ...(search.view === 'list' && { view: 'list' as const }),
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

/** The circle in the address, or else the default. Absent until `mine` is known. */
export function chosenCircle(
  circle: string | undefined,
  mine: readonly string[] | undefined,
): string | undefined {
  if (circle !== undefined && circle !== 'mine') return circle;
  if (mine === undefined) return undefined;
  return mine.length > 0 ? 'mine' : 'all';
}

/** In days: about the time between two meetings of a board. */
const DAYS_COMPARED = 30;

/** The day to compare with. */
export function sinceOf({ since = '' }: OverviewAddress, today: Day): Day {
  return readDayKey(since) ?? daysBefore(today, DAYS_COMPARED);
}

function readCircle(found: unknown): string | undefined {
  return found === 'mine' || found === 'all' ? found : readId(found);
}
