/** Invites a user, by mail or with a link to hand over, and withdraws the invitation. */
import { useMutation } from '@connectrpc/connect-query';
import { Trans } from '@lingui/react/macro';
import { Group, Skeleton, Stack, Text } from '@mantine/core';
import { AuthService } from '#gen/kreis/auth/v1/auth_service_pb';
import { type User, UserState } from '#gen/kreis/org/v1/user_pb';
import { UserService } from '#gen/kreis/org/v1/user_service_pb';
import { Act } from '#shared/acts/act';
import { useSendsMail } from '#shared/session/sends-mail';
import { useRefresh } from '../forms/refresh';
import { Invitation } from './invitation';

export function Inviting({ user }: { user: User }) {
  const refresh = useRefresh();
  const sendsMail = useSendsMail();
  const link = useMutation(UserService.method.inviteUser, { onSuccess: refresh });
  const mail = useMutation(AuthService.method.sendInvitation, { onSuccess: refresh });
  const withdrawal = useMutation(AuthService.method.withdrawInvitation, { onSuccess: refresh });
  if (sendsMail === undefined) return <Skeleton h={96} />;
  const { id: userId, displayName, state } = user;

  /** Only what happened last is shown. */
  async function act(action: () => Promise<unknown>) {
    for (const { reset } of [link, mail, withdrawal]) reset();
    await action();
  }

  return (
    <Stack align="flex-start">
      <Text>
        {state === UserState.INVITED ? (
          <Trans>Has no password yet. A new link makes the one before useless.</Trans>
        ) : (
          <Trans>For somebody who forgot the password: with a new link they set another.</Trans>
        )}
      </Text>
      <Group align="flex-start">
        {sendsMail && (
          <Act act={() => act(() => mail.mutateAsync({ userId }))}>
            <Trans>Send an invitation by mail</Trans>
          </Act>
        )}
        <Act act={() => act(() => link.mutateAsync({ userId }))}>
          <Trans>Make an invitation link</Trans>
        </Act>
        <Act act={() => act(() => withdrawal.mutateAsync({ userId }))}>
          <Trans>Withdraw the invitation</Trans>
        </Act>
      </Group>
      <Text role="status">
        {mail.isSuccess && <SentTo email={mail.data.email} />}
        {withdrawal.isSuccess && <Trans>No invitation of {displayName} is valid any more.</Trans>}
      </Text>
      {link.data !== undefined && (
        <Invitation token={link.data.invitationToken} expireTime={link.data.expireTime} name={displayName} />
      )}
    </Stack>
  );
}

export function SentTo({ email }: { email: string }) {
  return <Trans>A mail with the invitation is on its way to {email}. It is valid for 72 hours.</Trans>;
}
