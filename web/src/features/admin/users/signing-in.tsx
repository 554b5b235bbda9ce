/** Shows whether a user can sign in, and lets the gatekeeper change it. */
import { useMutation } from '@connectrpc/connect-query';
import { Trans } from '@lingui/react/macro';
import { Skeleton, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { type User, UserState } from '#gen/kreis/org/v1/user_pb';
import { UserService } from '#gen/kreis/org/v1/user_service_pb';
import { Act, AskedAct } from '#shared/acts/act';
import { useMe } from '#shared/session/me';
import { endSession } from '#shared/session/session';
import { useRefresh } from '../forms/refresh';
import type { Seen } from '../forms/seen';
import { isWritingBeside } from '../forms/writing';

export function SigningIn({ seen }: { seen: Seen<User> }) {
  const me = useMe();
  const refresh = useRefresh();
  const [changed, setChanged] = useState(false);
  if (me === undefined) return <Skeleton h={64} />;

  function settle(user: User | undefined) {
    if (user !== undefined) seen.see(user);
    setChanged(!isWritingBeside());
    refresh();
  }

  if (seen.thing.state === UserState.INACTIVE) {
    return <Reactivating user={seen.thing} focused={changed} onDone={settle} />;
  }
  return (
    <>
      <Text>
        <Trans>Deactivated, a user is out at once. What they entered stays.</Trans>
      </Text>
      <div>
        {seen.thing.id === me.user.id ? (
          <DeactivatingMyself user={seen.thing} />
        ) : (
          <Deactivating user={seen.thing} focused={changed} onDone={settle} />
        )}
      </div>
    </>
  );
}

interface ChangeProps {
  user: User;
  /** Whether this button replaces a button that was pressed. */
  focused: boolean;
  onDone: (user: User | undefined) => void;
}

function Reactivating({ user: { id, etag }, focused, onDone }: ChangeProps) {
  const reactivate = useMutation(UserService.method.reactivateUser);
  return (
    <>
      <Text>
        <Trans>Is deactivated and cannot sign in. Reactivated, the password from before is good again.</Trans>
      </Text>
      <Act
        focused={focused}
        act={async () => onDone((await reactivate.mutateAsync({ userId: id, etag })).user)}
      >
        <Trans>Reactivate</Trans>
      </Act>
    </>
  );
}

function Deactivating({ user: { id, etag, displayName }, focused, onDone }: ChangeProps) {
  const deactivate = useMutation(UserService.method.deactivateUser);
  return (
    <AskedAct
      focused={focused}
      act={async () => onDone((await deactivate.mutateAsync({ userId: id, etag })).user)}
      question={<Trans>Deactivate {displayName}?</Trans>}
      consequence={
        <Trans>They are signed out everywhere at once and cannot sign in until you reactivate them.</Trans>
      }
    >
      <Trans>Deactivate</Trans>
    </AskedAct>
  );
}

function DeactivatingMyself({ user: { id, etag } }: { user: User }) {
  const navigate = useNavigate();
  const deactivate = useMutation(UserService.method.deactivateUser);

  /** The deactivation ends the session, so the page sends no further requests with it. */
  async function leave() {
    await deactivate.mutateAsync({ userId: id, etag });
    endSession(id);
    await navigate({ to: '/' });
  }

  return (
    <AskedAct
      act={leave}
      question={<Trans>Deactivate yourself?</Trans>}
      consequence={
        <Trans>
          You are signed out everywhere at once, and only another gatekeeper can let you in again.
        </Trans>
      }
    >
      <Trans>Deactivate myself</Trans>
    </AskedAct>
  );
}
