/**
 * What stands around every screen of somebody signed in. A session that lapses
 * leaves the screen as it is, with what was typed, and asks for a new sign-in in
 * front of it.
 */
import { Box } from '@mantine/core';
import { useMatch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { SignInPage } from '#features/sign-in/sign-in-page';
import { useSession } from '#shared/session/session';
import { NotFound } from './not-found';
import { Shell } from './shell';

// A dialog is a tenth of the first load, and most sessions never see this one.
const LapsedSession = lazy(async () => ({ default: (await import('./lapsed-session')).LapsedSession }));

export function Frame() {
  const session = useSession();
  const nowhere = useMatch({ from: '/frame/$', shouldThrow: false }) !== undefined;
  if (session.state === 'signed-out') return nowhere ? <NotFoundOutside /> : <SignInPage />;
  return (
    <>
      {/* Another person gets a page of their own, not what somebody else left. */}
      <Shell key={session.userId} />
      {session.state === 'lapsed' && (
        <Suspense>
          <LapsedSession />
        </Suspense>
      )}
    </>
  );
}

/** A mistyped address is told before anybody types a password. */
function NotFoundOutside() {
  return (
    <Box component="main" p="xl">
      <NotFound />
    </Box>
  );
}
