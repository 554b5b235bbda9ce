/** The page to which a provider sends the browser back. It finishes the sign-in. */
import { useMutation } from '@connectrpc/connect-query';
import { Trans } from '@lingui/react/macro';
import { Loader } from '@mantine/core';
import { useRouter } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { SessionRenewal } from '#gen/kreis/auth/v1/auth_service_pb';
import { SingleSignOnService } from '#gen/kreis/auth/v1/single_sign_on_service_pb';
import { beginSession } from '#shared/session/session';
import { SignInFrame } from './sign-in-frame';
import { SignOnRefused } from './sign-on-refused';
import { takeWayBack } from './way-back';

export function CallbackPage() {
  const { history } = useRouter();
  const [sent] = useState(() => new URLSearchParams(window.location.search));
  const [state, code, issuer] = [sent.get('state') ?? '', sent.get('code') ?? '', sent.get('iss') ?? ''];
  const { mutate, error } = useMutation(SingleSignOnService.method.finishSignOn, {
    onSuccess: (begun) => {
      beginSession(begun);
      history.replace(takeWayBack());
    },
  });
  const begun = useRef(false);

  useEffect(() => {
    // A code counts once.
    if (!begun.current && code !== '') mutate({ state, code, issuer, renewal: SessionRenewal.COOKIE });
    begun.current = true;
  }, [mutate, state, code, issuer]);

  return (
    <SignInFrame title={<Trans>Sign in to kreis</Trans>}>
      {error !== null ? <SignOnRefused error={error} /> : code === '' ? <SignOnRefused /> : <Loader />}
    </SignInFrame>
  );
}
