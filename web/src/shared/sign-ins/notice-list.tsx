/** What happened to a person's account, until they confirm that they have read it. */
import { useMutation } from '@connectrpc/connect-query';
import { Trans, useLingui } from '@lingui/react/macro';
import { Alert, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { type SignIn, SignInActivity, SignInLogService } from '#gen/kreis/auth/v1/sign_in_log_service_pb';
import { Act } from '#shared/acts/act';
import { momentName } from '#shared/periods/names';
import { useMe } from '#shared/session/me';
import { Device } from './device';
import classes from './notice-list.module.css';
import { SignInSentence } from './sign-in-sentence';

export interface NoticeListProps {
  notices: readonly SignIn[];
  /** Reads the notices again. */
  onConfirmed: () => Promise<unknown>;
}

export function NoticeList({ notices, onConfirmed }: NoticeListProps) {
  const me = useMe();
  const confirm = useMutation(SignInLogService.method.confirmNotices);
  if (me === undefined) return null;

  async function confirmAll() {
    await confirm.mutateAsync({ ids: notices.map(({ id }) => id) });
    await onConfirmed();
  }

  return (
    <Alert color="yellow" variant="light" role="alert" mb="md">
      <Stack gap="sm" align="flex-start">
        <Text size="sm" fw={600}>
          <Trans>This happened to your account</Trans>
        </Text>
        {notices.map((notice) => (
          <Notice key={notice.id} notice={notice} timeZone={me.organisation.timeZone} />
        ))}
        <Text size="sm">
          <Trans>
            If you do not know it, choose a new password under{' '}
            <Link to="/account" className={classes.link}>
              My account
            </Link>
            , and tell your gatekeeper.
          </Trans>
        </Text>
        <Act act={confirmAll}>
          <Trans>I have read this</Trans>
        </Act>
      </Stack>
    </Alert>
  );
}

function Notice({ notice, timeZone }: { notice: SignIn; timeZone: string }) {
  const { i18n } = useLingui();
  return (
    <div>
      <Text size="sm">
        {notice.createTime !== undefined && `${momentName(notice.createTime, i18n, timeZone)}: `}
        <SignInSentence entry={notice} />
      </Text>
      {notice.activity === SignInActivity.REFRESH_TOKEN_REUSED && <Device entry={notice} />}
    </div>
  );
}
