/**
 * What stands around every screen of somebody signed in. A session that lapses
 * leaves the screen as it is, with what was typed, and asks for a new sign-in in
 * front of it.
 */
import { TransportProvider } from '@connectrpc/connect-query';
import { SignInPage } from '#features/sign-in/sign-in-page';
import { transportOf } from '#shared/rpc/transport';
import { useSession } from '#shared/session/session';
import { LapsedSession } from './lapsed-session';
import { Shell } from './shell';
import { useTypingPause } from './typing-pause';

export function Frame() {
  const session = useSession();
  const paused = useTypingPause(session.state === 'lapsed');
  if (session.state === 'signed-out') return <SignInPage />;
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
