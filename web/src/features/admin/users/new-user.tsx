/** Adds a user, and then sends the invitation, or shows its link to hand over. */
import { useMutation } from '@connectrpc/connect-query';
import { useLingui } from '@lingui/react';
import { Trans } from '@lingui/react/macro';
import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { AuthService } from '#gen/kreis/auth/v1/auth_service_pb';
import type { User } from '#gen/kreis/org/v1/user_pb';
import { UserService } from '#gen/kreis/org/v1/user_service_pb';
import { CallId } from '#shared/errors/call-id';
import { sentenceOf } from '#shared/errors/sentences';
import { useRequestId } from '#shared/rpc/request-id';
import { useSendsMail } from '#shared/session/sends-mail';
import { useComplaints } from '../forms/complaints';
import { Form } from '../forms/form';
import { useRefresh } from '../forms/refresh';
import { Heading } from '../layout/heading';
import { ButtonLink, TextLink } from '../layout/links';
import { Invitation } from './invitation';
import { SentTo } from './inviting';
import { USER_FIELD_RULES, UserFields, userIn } from './user-fields';

export function NewUser() {
  const { i18n } = useLingui();
  const requestIdOf = useRequestId();
  const refresh = useRefresh();
  const sendsMail = useSendsMail();
  const link = useMutation(UserService.method.inviteUser);
  const mail = useMutation(AuthService.method.sendInvitation);
  const invite = sendsMail === true ? mail : link;
  const create = useMutation(UserService.method.createUser, {
    onSuccess: ({ user }) => {
      refresh();
      invite.mutate({ userId: user?.id ?? '' });
    },
  });
  const complaints = useComplaints(create.error, USER_FIELD_RULES);
  const added = create.data?.user;

  return (
    <>
      <Heading
        above={
          <TextLink to="/admin/users" size="sm">
            <Trans>All users</Trans>
          </TextLink>
        }
      >
        {added === undefined ? <Trans>Add a user</Trans> : <Trans>{added.displayName} was added</Trans>}
      </Heading>
      {added === undefined ? (
        <Form
          action={
            sendsMail === true ? (
              <Trans>Add and send an invitation</Trans>
            ) : (
              <Trans>Add and make an invitation link</Trans>
            )
          }
          pending={create.isPending || sendsMail === undefined}
          complaints={complaints}
          onSubmit={(fields) => {
            const user = userIn(fields);
            create.mutate({ ...user, requestId: requestIdOf(user) });
          }}
        >
          <UserFields complaints={complaints} />
        </Form>
      ) : (
        <Stack>
          {link.isSuccess && (
            <Invitation
              token={link.data.invitationToken}
              expireTime={link.data.expireTime}
              name={added.displayName}
            />
          )}
          <Text role="status">{mail.isSuccess && <SentTo email={mail.data.email} />}</Text>
          {invite.isError && (
            <Alert color="red" variant="light" role="alert">
              {sendsMail === true ? (
                <Trans>No invitation was sent yet; send one on the page of the user.</Trans>
              ) : (
                <Trans>There is no invitation link yet; make one on the page of the user.</Trans>
              )}{' '}
              {sentenceOf(invite.error, i18n)}
              <CallId error={invite.error} />
            </Alert>
          )}
          <Next user={added} again={create.reset} />
        </Stack>
      )}
    </>
  );
}

function Next({ user, again }: { user: User; again: () => void }) {
  return (
    <Group>
      <ButtonLink variant="default" to="/admin/users/$userId" params={{ userId: user.id }}>
        <Trans>To the page of {user.displayName}</Trans>
      </ButtonLink>
      <Button variant="default" onClick={again}>
        <Trans>Add another user</Trans>
      </Button>
    </Group>
  );
}
