/** What becomes of the cached answers when a value was saved. */
import type { QueryClient } from '@tanstack/react-query';
import { readDueMonthsSoon } from '#shared/values/due-months';

/** Other screens refetch when they are shown. The grid has what it saved; the navigation counts again. */
export function outdate(queries: QueryClient): void {
  void queries.invalidateQueries({ refetchType: 'none' });
  readDueMonthsSoon(queries);
}
