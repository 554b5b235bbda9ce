/** A badge that says whether a user can sign in. */
import '@mantine/core/styles/Badge.css';
import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { useLingui } from '@lingui/react';
import { Badge } from '@mantine/core';
import { UserState } from '#gen/kreis/org/v1/user_pb';

export const STATE_NAMES: Record<'invited' | 'active' | 'inactive', MessageDescriptor> = {
  invited: msg({ message: 'Invited', context: 'user' }),
  active: msg({ message: 'Active', context: 'user' }),
  inactive: msg({ message: 'Inactive', context: 'user' }),
};

export function UserStateMark({ state }: { state: UserState }) {
  const { i18n } = useLingui();
  switch (state) {
    case UserState.INVITED:
      return (
        <Badge tt="none" variant="outline">
          {i18n._(STATE_NAMES.invited)}
        </Badge>
      );
    case UserState.INACTIVE:
      return (
        <Badge tt="none" variant="default">
          {i18n._(STATE_NAMES.inactive)}
        </Badge>
      );
    default:
      return (
        <Badge tt="none" variant="light">
          {i18n._(STATE_NAMES.active)}
        </Badge>
      );
  }
}
