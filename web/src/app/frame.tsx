/**
 * What stands around every screen of somebody signed in. A session that lapses
 * leaves the screen as it is, with what was typed, and asks for a new sign-in in
 * front of it.
 */
import { TransportProvider } from '@connectrpc/connect-query';
import { Box } from '@mantine/core';
import { useMatch } from '@tanstack/react-router';
import { SignInPage } from '#features/sign-in/sign-in-page';
import { transportOf } from '#shared/rpc/transport';
import { useSession } from '#shared/session/session';
import { LapsedSession } from './lapsed-session';
import { NotFound } from './not-found';
import { Shell } from './shell';
import { useTypingPause } from './typing-pause';

export function Frame() {
  const session = useSession();
  const paused = useTypingPause(session.state === 'lapsed');
  const nowhere = useMatch({ from: '/frame/$', shouldThrow: false }) !== undefined;
  if (session.state === 'signed-out') return nowhere ? <NotFoundOutside /> : <SignInPage />;
  const { userId, email } = session;
  return (
    <>
      {/* Another person gets a page and calls of their own, not what somebody else left. */}
      <TransportProvider key={userId} transport={transportOf(userId)}>
        <Shell />
      </TransportProvider>
      {session.state === 'lapsed' && paused && <LapsedSession email={email} />}
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
