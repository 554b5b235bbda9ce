/** Who I am, how I read, and the way out. */

import { Code, ConnectError } from '@connectrpc/connect';
import { useMutation } from '@connectrpc/connect-query';
import { Trans, useLingui } from '@lingui/react/macro';
import { Alert, Button, Divider, Paper, Stack, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useId } from 'react';
import { AuthService } from '#gen/kreis/auth/v1/auth_service_pb';
import { CallId } from '#shared/errors/call-id';
import { sentenceOf } from '#shared/errors/sentences';
import { Appearance } from '#shared/reading/appearance';
import { LanguageSelect } from '#shared/reading/language-select';
import { NumbersSelect } from '#shared/reading/numbers-select';
import { useMe } from '#shared/session/me';
import { endSession } from '#shared/session/session';
import classes from './account-menu.module.css';

export function AccountMenu() {
  const { t, i18n } = useLingui();
  const menu = useId();
  const me = useMe();
  const navigate = useNavigate();
  const logout = useMutation(AuthService.method.logout, { onSuccess: leave, onError: leaveIfOut });

  function leave() {
    endSession();
    void navigate({ to: '/' });
  }

  /** A session that is over anyway needs no ending; any other still opens doors, so say so. */
  function leaveIfOut(error: unknown) {
    if (ConnectError.from(error).code === Code.Unauthenticated) leave();
  }

  return (
    <>
      <Button
        variant="subtle"
        color="gray"
        c="var(--mantine-color-text)"
        px="sm"
        popoverTarget={menu}
        className={classes.name}
      >
        {me?.user.displayName ?? <Trans>Account</Trans>}
      </Button>
      <Paper
        id={menu}
        popover="auto"
        role="group"
        aria-label={t`Account`}
        withBorder
        shadow="md"
        p="md"
        className={classes.menu}
      >
        <Stack gap="sm">
          <Text size="sm" className="quiet">
            {me?.user.email}
          </Text>
          <LanguageSelect />
          <NumbersSelect />
          <Appearance />
          <Divider />
          {logout.isError && (
            <Alert color="red" variant="light" role="alert">
              <Trans>You are still signed in.</Trans> {sentenceOf(logout.error, i18n)}
              <CallId error={logout.error} />
            </Alert>
          )}
          <Button variant="default" loading={logout.isPending} onClick={() => logout.mutate({})}>
            <Trans>Sign out</Trans>
          </Button>
        </Stack>
      </Paper>
    </>
  );
}
