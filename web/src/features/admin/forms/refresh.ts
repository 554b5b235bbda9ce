/** After a change: names and states are shown in many places, so all of them ask again. */
import { useQueryClient } from '@tanstack/react-query';

export function useRefresh(): () => void {
  const answers = useQueryClient();
  return () => void answers.invalidateQueries();
}
