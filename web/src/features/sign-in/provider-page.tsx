/** Leads the browser to the page of a provider. */
import { useMutation } from '@connectrpc/connect-query';
import { Trans } from '@lingui/react/macro';
import { Loader } from '@mantine/core';
import { useParams, useSearch } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { SingleSignOnService } from '#gen/kreis/auth/v1/single_sign_on_service_pb';
import { SignInFrame } from './sign-in-frame';
import { SignOnRefused } from './sign-on-refused';
import { keepWayBack } from './way-back';

export function ProviderPage() {
  const { provider } = useParams({ from: '/sign-in/with/$provider' });
  const { from } = useSearch({ from: '/sign-in/with/$provider' });
  const { mutate, error } = useMutation(SingleSignOnService.method.beginSignOn, {
    onSuccess: ({ authorizationUrl }) => {
      if (from !== undefined) keepWayBack(from);
      // The way back leads to the screen before, not here.
      window.location.replace(authorizationUrl);
    },
  });
  const begun = useRef(false);

  useEffect(() => {
    if (!begun.current) mutate({ provider });
    begun.current = true;
  }, [mutate, provider]);

  return (
    <SignInFrame title={<Trans>Sign in to kreis</Trans>}>
      {error === null ? <Loader /> : <SignOnRefused error={error} />}
    </SignInFrame>
  );
}
