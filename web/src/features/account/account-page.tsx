/** The screen of one's own account: the password, where one is signed in, and the last sign-ins. */
import { useMutation } from '@connectrpc/connect-query';
import { Trans } from '@lingui/react/macro';
import { Skeleton, Stack, Text, Title } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { AuthService } from '#gen/kreis/auth/v1/auth_service_pb';
import { AskedAct } from '#shared/acts/act';
import { OpenSessions } from '#shared/open-sessions/open-sessions';
import { LanguageSelect } from '#shared/preferences/language-select';
import { ScreenTitle } from '#shared/screens/screen-title';
import { useMe } from '#shared/session/me';
import { endSession } from '#shared/session/session';
import { useSignInOptions } from '#shared/session/sign-in-options';
import { RecentSignIns } from '#shared/sign-ins/recent-sign-ins';
import { PasswordForm } from './password-form';

export function AccountPage() {
  const me = useMe();
  const { passwordsOff } = useSignInOptions();
  return (
    <Stack gap="xl">
      <ScreenTitle>
        <Trans>My account</Trans>
      </ScreenTitle>
      {me === undefined ? (
        <Skeleton h={240} />
      ) : (
        <>
          {!passwordsOff && (
            <section aria-labelledby="password">
              <Title order={2} size="h4" id="password" mb="sm">
                <Trans>Password</Trans>
              </Title>
              <PasswordForm email={me.user.email} />
            </section>
          )}
          <section aria-labelledby="language">
            <Title order={2} size="h4" id="language" mb="sm">
              <Trans>Language</Trans>
            </Title>
            <Stack maw={420}>
              <LanguageSelect />
              <Text size="sm" className="quiet">
                <Trans>Of the screens, and of the mails that kreis sends to you.</Trans>
              </Text>
            </Stack>
          </section>
          <section aria-labelledby="sessions">
            <Title order={2} size="h4" id="sessions" mb="sm">
              <Trans>Where you are signed in</Trans>
            </Title>
            <Stack align="flex-start">
              <Text>
                <Trans>End every session that you do not know, and choose a new password.</Trans>
              </Text>
              <OpenSessions userId={me.user.id} timeZone={me.organisation.timeZone} />
              <SigningOutEverywhere userId={me.user.id} />
            </Stack>
          </section>
          <RecentSignIns userId={me.user.id} timeZone={me.organisation.timeZone} />
        </>
      )}
    </Stack>
  );
}

function SigningOutEverywhere({ userId }: { userId: string }) {
  const navigate = useNavigate();
  const leave = useMutation(AuthService.method.logoutEverywhere);

  async function signOut() {
    await leave.mutateAsync({});
    endSession(userId);
    await navigate({ to: '/' });
  }

  return (
    <AskedAct
      act={signOut}
      question={<Trans>Sign out everywhere?</Trans>}
      consequence={
        <Trans>
          All your sessions end, this one too. What you typed and did not save is kept in this browser until
          midnight.
        </Trans>
      }
    >
      <Trans>Sign out everywhere</Trans>
    </AskedAct>
  );
}
