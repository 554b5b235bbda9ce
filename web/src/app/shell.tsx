/** The header, the navigation and the area of the screen. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Burger, Group } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useLateArea } from '#shared/screens/late-area';
import { useLate } from '#shared/screens/use-late';
import { useMe } from '#shared/session/me';
import { AccountMenu } from './account-menu';
import { Brand } from './brand';
import { EnterLink } from './enter-link';
import { ReachNotice } from './reach-notice';
import classes from './shell.module.css';

// If the import fails, the drafts are still kept, and the sign-out still names them.
const loadLate = () => import('./late');

export function Shell() {
  const { t } = useLingui();
  const me = useMe();
  const late = useLate(loadLate);
  const isMember = me !== undefined && me.user.circles.length > 0;
  const [opened, { toggle, close }] = useDisclosure();
  const main = useRef<HTMLElement>(null);
  const { area, onClickCapture } = useLateArea();
  const screen = useRouterState({ select: ({ resolvedLocation }) => resolvedLocation?.pathname });

  /** If the focused link disappears with its screen, the focus moves to the next screen. */
  // biome-ignore lint/correctness/useExhaustiveDependencies: with each screen anew
  useEffect(() => {
    if (document.activeElement === document.body) main.current?.focus({ preventScroll: true });
  }, [screen]);

  return (
    <>
      <a href="#main" className={classes.skip}>
        <Trans>Skip to the content</Trans>
      </a>
      <header className={classes.header}>
        <Group gap="sm" wrap="nowrap">
          <Burger
            opened={opened}
            onClick={toggle}
            hiddenFrom="sm"
            size="sm"
            aria-label={t`Navigation`}
            aria-expanded={opened}
          />
          <Brand organisation={me?.organisation.name ?? ''} />
        </Group>
        <AccountMenu />
      </header>
      <nav aria-label={t`Navigation`} className={classes.navigation} data-opened={opened}>
        <Link
          to="/"
          className={classes.link}
          onClick={close}
          activeOptions={{ exact: true, includeSearch: false }}
        >
          <Trans>Overview</Trans>
        </Link>
        <EnterLink userId={isMember ? me.user.id : undefined} onClick={close} late={late} />
        <Link to="/activity" className={classes.link} onClick={close}>
          <Trans>Activity</Trans>
        </Link>
        {me?.user.gatekeeper === true && (
          <Link to="/admin" className={classes.link} onClick={close}>
            <Trans context="place">Gatekeeper</Trans>
          </Link>
        )}
      </nav>
      <main ref={main} id="main" tabIndex={-1} className={classes.main}>
        <div className={classes.content} onClickCapture={onClickCapture}>
          <div ref={area} className={classes.notices}>
            <ReachNotice />
            {me !== undefined && late.Notices && <late.Notices userId={me.user.id} />}
          </div>
          <Outlet />
        </div>
      </main>
    </>
  );
}
