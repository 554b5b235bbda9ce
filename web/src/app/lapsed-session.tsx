/** Asks for a new sign-in in front of the screen. The screen stays as it is, but it is hidden until then. */
import { Trans } from '@lingui/react/macro';
import { Text, Title } from '@mantine/core';
import { useEffect, useId, useRef } from 'react';
import { createPortal } from 'react-dom';
import { Providers } from '#features/sign-in/providers';
import { SignInForm } from '#features/sign-in/sign-in-form';
import { Choice } from '#shared/screens/choice';
import { ignoreTypedAhead } from '#shared/screens/key-burst';
import { endLapsedSession } from '#shared/session/renewal';
import { endSession } from '#shared/session/session';
import { useSignInOptions } from '#shared/session/sign-in-options';
import classes from './lapsed-session.module.css';
import { rememberFocus } from './remember-focus';

export function LapsedSession({ userId, email }: { userId: string; email: string }) {
  const dialogue = useRef<HTMLDialogElement>(null);
  const title = useId();
  const { passwordsOff } = useSignInOptions();

  useEffect(() => {
    const restoreFocus = rememberFocus();
    show(dialogue.current);
    const hearKeys = ignoreTypedAhead();
    return () => {
      hearKeys();
      restoreFocus();
    };
  }, []);

  function signOut() {
    endSession(userId);
    // A refusal means that the server has ended the session, too.
    endLapsedSession(userId).catch(() => undefined);
  }

  // The dialogue is a direct child of the body: the style sheet hides all other children.
  return createPortal(
    <dialog
      ref={dialogue}
      className={classes.dialogue}
      aria-labelledby={title}
      onCancel={(event) => event.preventDefault()}
      // Some browsers close the dialogue at a second Escape in spite of `onCancel`.
      onClose={({ currentTarget }) => show(currentTarget)}
    >
      <Title order={1} size="h3" id={title} mb="md">
        <Trans>Your session has ended</Trans>
      </Title>
      <Text mb="md">
        <Trans>Sign in again to go on where you were. What you typed is still there.</Trans>
      </Text>
      {!passwordsOff && <SignInForm email={email} />}
      <Providers newTab />
      {/* The dialogue comes unasked: a press right after that was meant for the screen. */}
      <Choice variant="subtle" fullWidth mt="md" onClick={signOut}>
        <Trans>Not you? Sign out</Trans>
      </Choice>
    </dialog>,
    document.body,
  );
}

function show(dialogue: HTMLDialogElement | null): void {
  dialogue?.showModal();
  dialogue?.querySelector<HTMLInputElement>('input[data-first="true"]')?.focus();
}
