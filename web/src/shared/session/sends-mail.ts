/** Whether kreis sends mails: invitations, and links for a new password. */
import { useQuery } from '@connectrpc/connect-query';
import { AuthService } from '#gen/kreis/auth/v1/auth_service_pb';

/** Absent until the first answer. Without an answer, links are handed over as without mails. */
export function useSendsMail(): boolean | undefined {
  const { data, isPending } = useQuery(AuthService.method.getSignInOptions, {}, { throwOnError: false });
  return isPending ? undefined : (data?.sendsMail ?? false);
}
