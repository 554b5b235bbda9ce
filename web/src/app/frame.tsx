/**
 * What stands around every screen of somebody signed in. A session that lapses
 * leaves the screen as it is, with what was typed, and asks for a new sign-in in
 * front of it.
 */
import { Trans } from '@lingui/react/macro';
import { Modal } from '@mantine/core';
import { SignInForm } from '#features/sign-in/sign-in-form';
import { SignInPage } from '#features/sign-in/sign-in-page';
import { endSession, useSession } from '#shared/session/session';
import { Shell } from './shell';

export function Frame() {
  const session = useSession();
  if (session.state === 'signed-out') return <SignInPage />;
  return (
    <>
      {/* Another person gets a page of their own, not what somebody else left. */}
      <Shell key={session.userId} />
      <Modal
        opened={session.state === 'lapsed'}
        onClose={endSession}
        closeOnClickOutside={false}
        closeOnEscape={false}
        withCloseButton={false}
        centered
        title={<Trans>Your session has ended</Trans>}
      >
        <SignInForm
          explanation={<Trans>Sign in again to go on where you were. What you typed is still there.</Trans>}
        />
      </Modal>
    </>
  );
}
