/** Shows who signed in, who was refused, and what ended sessions, filtered by user and kind. */
import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { NativeSelect, Skeleton } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type SignIn, SignInActivity } from '#gen/kreis/auth/v1/sign_in_log_service_pb';
import { useMe } from '#shared/session/me';
import { SignInList } from '#shared/sign-ins/sign-in-list';
import { Heading } from '../layout/heading';
import { TextLink } from '../layout/links';
import classes from '../lists/list.module.css';
import { useEveryUser } from '../lists/whole-lists';
import { readSignInFilter, type SignInFilter } from './sign-in-filter';

interface Kind {
  name: MessageDescriptor;
  activities: SignInActivity[];
}

const KINDS: Record<string, Kind> = {
  'sign-ins': { name: msg`Sign-ins`, activities: [SignInActivity.SIGNED_IN, SignInActivity.PROVIDER_LINKED] },
  refused: {
    name: msg`Refused`,
    activities: [
      SignInActivity.SIGN_IN_REFUSED,
      SignInActivity.RENEWAL_REFUSED,
      SignInActivity.PASSWORD_CHANGE_REFUSED,
    ],
  },
  sessions: {
    name: msg`Ends of sessions`,
    activities: [
      SignInActivity.SIGNED_OUT,
      SignInActivity.SIGNED_OUT_EVERYWHERE,
      SignInActivity.SESSION_ENDED,
      SignInActivity.SESSIONS_ENDED,
      SignInActivity.REFRESH_TOKEN_REUSED,
    ],
  },
  passwords: {
    name: msg`Passwords and invitations`,
    activities: [
      SignInActivity.PASSWORD_CHANGED,
      SignInActivity.PASSWORD_SET,
      SignInActivity.PASSWORD_RESET,
      SignInActivity.USER_INVITED,
      SignInActivity.PASSWORD_RESET_INVITED,
      SignInActivity.INVITATION_ACCEPTED,
      SignInActivity.INVITATION_WITHDRAWN,
    ],
  },
};

export function SignIns() {
  const filter = useSearch({ from: '/frame/admin/sign-ins' });
  const me = useMe();
  return (
    <>
      <Heading>
        <Trans>Sign-ins</Trans>
      </Heading>
      <Filters filter={filter} />
      {me === undefined ? (
        <Skeleton h={320} />
      ) : (
        <SignInList
          userId={filter.user}
          activities={KINDS[filter.kind ?? '']?.activities ?? []}
          timeZone={me.organisation.timeZone}
          order={2}
          nameOf={(entry) => <UserName entry={entry} />}
        />
      )}
    </>
  );
}

function Filters({ filter }: { filter: SignInFilter }) {
  const { t, i18n } = useLingui();
  const navigate = useNavigate();
  const users = useEveryUser() ?? [];

  function show(change: SignInFilter) {
    const search = readSignInFilter({ ...filter, ...change });
    void navigate({ to: '/admin/sign-ins', search, replace: true });
  }

  return (
    <div className={classes.filters}>
      <NativeSelect
        label={<Trans>User</Trans>}
        value={filter.user ?? ''}
        data={[
          { value: '', label: t`All users` },
          ...users.map(({ id, displayName }) => ({ value: id, label: displayName })),
        ]}
        onChange={({ currentTarget }) => show({ user: currentTarget.value })}
      />
      <NativeSelect
        label={<Trans>What</Trans>}
        value={filter.kind ?? ''}
        data={[
          { value: '', label: t`Everything` },
          ...Object.entries(KINDS).map(([value, { name }]) => ({ value, label: i18n._(name) })),
        ]}
        onChange={({ currentTarget }) => show({ kind: currentTarget.value })}
      />
    </div>
  );
}

function UserName({ entry: { user, serviceAccount } }: { entry: SignIn }) {
  if (user === undefined) return null;
  return serviceAccount ? (
    <TextLink
      to="/admin/service-accounts/$accountId"
      params={{ accountId: user.userId }}
      underline="always"
      fw={600}
    >
      {user.displayName}
    </TextLink>
  ) : (
    <TextLink to="/admin/users/$userId" params={{ userId: user.userId }} underline="always" fw={600}>
      {user.displayName}
    </TextLink>
  );
}
