/** The filter of the user list. It is stored in the address. */
import { type User, UserState } from '#gen/kreis/org/v1/user_pb';
import { isFound } from '#shared/texts/search';

export const STATES = ['invited', 'active', 'inactive'] as const;

export interface UserFilter {
  search?: string;
  /** Absent for all states. */
  state?: (typeof STATES)[number];
}

export function readUserFilter(address: Record<string, unknown>): UserFilter {
  const state = STATES.find((known) => known === address.state);
  return {
    ...(typeof address.search === 'string' && { search: address.search }),
    ...(state !== undefined && { state }),
  };
}

const STATE_OF = {
  invited: UserState.INVITED,
  active: UserState.ACTIVE,
  inactive: UserState.INACTIVE,
};

export function passes(user: User, { search = '', state }: UserFilter): boolean {
  if (state !== undefined && user.state !== STATE_OF[state]) return false;
  return isFound(`${user.displayName} ${user.firstName} ${user.lastName} ${user.email}`, search);
}
