/** The filter of the sign-ins. It is stored in the address. */
import { readId } from '#shared/ids/read-id';

export interface SignInFilter {
  /** Id of a user. */
  user?: string;
  /** The kind of entries; absent for all. */
  kind?: string;
}

export function readSignInFilter({ user, kind }: Record<string, unknown>): SignInFilter {
  const id = readId(user);
  return {
    ...(id !== undefined && { user: id }),
    ...(typeof kind === 'string' && kind !== '' && { kind }),
  };
}
