/** The signed-in person, the organisation, and today's date there. */
import { useQuery } from '@connectrpc/connect-query';
import type { User } from '#gen/kreis/org/v1/user_pb';
import type { Organisation } from '#gen/kreis/org/v1/user_service_pb';
import { UserService } from '#gen/kreis/org/v1/user_service_pb';

export interface Me {
  user: User;
  organisation: Organisation;
}

/** Absent until the first answer. */
export function useMe(): Me | undefined {
  const { data } = useQuery(UserService.method.getMe);
  if (data?.user === undefined || data.organisation === undefined) return undefined;
  return { user: data.user, organisation: data.organisation };
}
