/** The filter of the change list. It is stored in the address. */
import { readId } from '#shared/ids/read-id';
import { isMonthKey } from '#shared/periods/months';

export interface ChangeFilter {
  /** Id of a user. The contract filters by a user or by a circle, not by both. */
  user?: string;
  /** Id of a circle. */
  circle?: string;
  /** Months such as `2026-03`. */
  from?: string;
  to?: string;
}

export function readChangeFilter({ from, to, ...scope }: Record<string, unknown>): ChangeFilter {
  const [user, circle] = [readId(scope.user), readId(scope.circle)];
  return {
    ...(user !== undefined ? { user } : circle !== undefined && { circle }),
    ...(isMonthKey(from) && { from }),
    ...(isMonthKey(to) && { to }),
  };
}
