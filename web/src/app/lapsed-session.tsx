/** Asks for a new sign-in in front of the screen, which stays as it is. */
import { Trans } from '@lingui/react/macro';
import { Modal } from '@mantine/core';
import { SignInForm } from '#features/sign-in/sign-in-form';
import { endSession } from '#shared/session/session';

export function LapsedSession() {
  return (
    <Modal
      opened
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
  );
}
