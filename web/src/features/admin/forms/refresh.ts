/** Refetches all queries after a change, because names and states appear on many screens. */
import { useQueryClient } from '@tanstack/react-query';

export function useRefresh(): () => void {
  const answers = useQueryClient();
  return () => void answers.invalidateQueries();
}
