/** One user: details, circles, invitation, and whether the user can sign in. */
import { useMutation, useQuery } from '@connectrpc/connect-query';
import { Trans } from '@lingui/react/macro';
import { Group, Skeleton, Stack, Text } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { type User, UserState } from '#gen/kreis/org/v1/user_pb';
import { UserService } from '#gen/kreis/org/v1/user_service_pb';
import { OpenSessions } from '#shared/open-sessions/open-sessions';
import { useMe } from '#shared/session/me';
import { sortedByName } from '#shared/texts/name-order';
import { useComplaints } from '../forms/complaints';
import { Form } from '../forms/form';
import { useRefresh } from '../forms/refresh';
import { type Seen, useSeen } from '../forms/seen';
import { Heading } from '../layout/heading';
import { TextLink } from '../layout/links';
import { Section } from '../layout/section';
import { SignInsLink } from '../sign-ins/sign-ins-link';
import { Inviting } from './inviting';
import { SigningIn } from './signing-in';
import { USER_FIELD_RULES, UserFields, userIn } from './user-fields';
import { UserStateMark } from './user-state';

export function UserPage() {
  const { userId } = useParams({ from: '/frame/admin/users/$userId' });
  const { data, refetch } = useQuery(UserService.method.getUser, { userId });
  if (data?.user === undefined) return <Skeleton h={320} />;
  const read = async () => (await refetch()).data?.user;
  return <Parts key={userId} newest={data.user} read={read} />;
}

interface PartsProps {
  newest: User;
  read: () => Promise<User | undefined>;
}

function Parts({ newest, read }: PartsProps) {
  const seen = useSeen(newest, read);
  const me = useMe();
  const user = seen.thing;
  return (
    <>
      <Heading
        above={
          <TextLink to="/admin/users" size="sm">
            <Trans>All users</Trans>
          </TextLink>
        }
        beside={<UserStateMark state={user.state} />}
      >
        {user.displayName}
      </Heading>
      <Stack>
        <Section title={<Trans>About the user</Trans>}>
          <EditForm key={seen.round} seen={seen} />
        </Section>
        <Section title={<Trans>Circles</Trans>}>
          <Circles user={newest} />
        </Section>
        {user.state !== UserState.INACTIVE && (
          <Section title={<Trans>Invitation</Trans>}>
            <Inviting user={user} />
          </Section>
        )}
        <Section title={<Trans>Signing in</Trans>}>
          <SigningIn seen={seen} />
          <div>
            <SignInsLink userId={user.id} />
          </div>
        </Section>
        <Section title={<Trans>Open sessions</Trans>}>
          {me === undefined ? (
            <Skeleton h={64} />
          ) : (
            // Each state has other sessions: deactivating a user ends them.
            <OpenSessions key={user.etag} userId={user.id} timeZone={me.organisation.timeZone} />
          )}
        </Section>
      </Stack>
    </>
  );
}

function EditForm({ seen }: { seen: Seen<User> }) {
  const refresh = useRefresh();
  const update = useMutation(UserService.method.updateUser, {
    onSuccess: ({ user }) => {
      if (user !== undefined) seen.see(user);
      refresh();
    },
  });
  const complaints = useComplaints(update.error, USER_FIELD_RULES);
  const { id, etag } = seen.thing;

  return (
    <Form
      action={<Trans>Save</Trans>}
      pending={update.isPending}
      complaints={complaints}
      done={update.isSuccess && <Trans>Saved.</Trans>}
      onSubmit={(fields) => update.mutate({ ...userIn(fields), userId: id, etag })}
      onShowNewest={seen.showNewest}
    >
      <UserFields user={seen.thing} complaints={complaints} />
      <Text size="sm" className="quiet">
        <Trans>A user who becomes a gatekeeper, or ceases to be one, has to sign in again.</Trans>
      </Text>
    </Form>
  );
}

function Circles({ user }: { user: User }) {
  if (user.circles.length === 0) {
    return (
      <Text>
        <Trans>In no circle yet: nothing to enter values for.</Trans>
      </Text>
    );
  }
  return (
    <Group>
      {sortedByName(user.circles, ({ name }) => name).map(({ circleId, name }) => (
        <TextLink key={circleId} to="/admin/circles/$circleId" params={{ circleId }}>
          {name}
        </TextLink>
      ))}
    </Group>
  );
}
