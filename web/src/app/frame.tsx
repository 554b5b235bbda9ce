/**
 * The frame around every screen of a signed-in person. A lapsed session leaves the screen and its
 * typed text as they are. The frame then asks for a new sign-in in front of the screen.
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
      {/* Another person gets new screens and their own calls, without the state of the person before. */}
      <TransportProvider key={userId} transport={transportOf(userId)}>
        <Shell />
      </TransportProvider>
      {session.state === 'lapsed' && paused && <LapsedSession userId={userId} email={email} />}
    </>
  );
}

/** Tells the visitor that an address is mistyped before asking for a password. */
function NotFoundOutside() {
  return (
    <Box component="main" p="xl">
      <NotFound />
    </Box>
  );
}
