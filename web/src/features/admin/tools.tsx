/** The frame of all gatekeeper tools. Other people see that the tools are for gatekeepers. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Skeleton, Stack, Text } from '@mantine/core';
import { Link, Outlet } from '@tanstack/react-router';
import { ScreenTitle } from '#shared/screens/screen-title';
import { useMe } from '#shared/session/me';
import classes from './tools.module.css';

export function Tools() {
  const { t } = useLingui();
  const me = useMe();
  if (me === undefined) return <Skeleton h={36} w={320} />;
  if (!me.user.gatekeeper) return <NotForYou />;
  return (
    <>
      <nav aria-label={t`Gatekeeper's tools`} className={classes.tools}>
        <Link to="/admin/kpis" className={classes.tool}>
          <Trans>KPIs</Trans>
        </Link>
        <Link to="/admin/circles" className={classes.tool}>
          <Trans>Circles</Trans>
        </Link>
        <Link to="/admin/users" className={classes.tool}>
          <Trans>Users</Trans>
        </Link>
        <Link to="/admin/service-accounts" className={classes.tool}>
          <Trans>Service accounts</Trans>
        </Link>
        <Link to="/admin/due" className={classes.tool}>
          <Trans>Not yet entered</Trans>
        </Link>
        <Link to="/admin/changes" className={classes.tool}>
          <Trans context="log">Changes</Trans>
        </Link>
        <Link to="/admin/sign-ins" className={classes.tool}>
          <Trans>Sign-ins</Trans>
        </Link>
      </nav>
      <div className={classes.screen}>
        <Outlet />
      </div>
    </>
  );
}

function NotForYou() {
  return (
    <Stack>
      <ScreenTitle>
        <Trans>Gatekeeper's tools</Trans>
      </ScreenTitle>
      <Text>
        <Trans>These tools are for gatekeepers. Ask one of them if something here has to change.</Trans>
      </Text>
    </Stack>
  );
}
