/** The account menu: the person's name, the display settings and the sign-out. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Anchor, Button, Divider, Paper, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useId } from 'react';
import { Appearance } from '#shared/preferences/appearance';
import { LanguageSelect } from '#shared/preferences/language-select';
import { NumbersSelect } from '#shared/preferences/numbers-select';
import { useMe } from '#shared/session/me';
import { useSession } from '#shared/session/session';
import classes from './account-menu.module.css';
import { SignOut } from './sign-out';

export function AccountMenu() {
  const { t } = useLingui();
  const menu = useId();
  const me = useMe();
  const session = useSession();

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
          <Anchor
            renderRoot={(props) => (
              <Link {...props} to="/account" onClick={() => document.getElementById(menu)?.hidePopover()} />
            )}
          >
            <Trans>My account</Trans>
          </Anchor>
          {session.state !== 'signed-out' && <SignOut userId={session.userId} />}
        </Stack>
      </Paper>
    </>
  );
}
