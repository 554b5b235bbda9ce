/** How people can get in, besides by e-mail and password. */
import { useQuery } from '@connectrpc/connect-query';
import { AuthService, type SignInProvider } from '#gen/kreis/auth/v1/auth_service_pb';

interface SignInOptions {
  providers: SignInProvider[];
  passwordsOff: boolean;
}

/** Until the first answer, and without one, only passwords let people in. */
export function useSignInOptions(): SignInOptions {
  const { data } = useQuery(AuthService.method.getSignInOptions, {}, { throwOnError: false });
  return { providers: data?.providers ?? [], passwordsOff: data?.passwordsOff ?? false };
}
