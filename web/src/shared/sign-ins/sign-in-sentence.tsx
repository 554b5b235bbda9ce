/** One sentence about an entry of the log of sign-ins. It does not name the user. */
import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { SignInMethod } from '#gen/kreis/auth/v1/auth_service_pb';
import { type SignIn, SignInActivity, SignInReason } from '#gen/kreis/auth/v1/sign_in_log_service_pb';

const REFUSED: Partial<Record<SignInReason, MessageDescriptor>> = {
  [SignInReason.UNKNOWN_EMAIL]: msg`Sign-in refused: no user has this e-mail`,
  [SignInReason.WRONG_PASSWORD]: msg`Sign-in refused: wrong password`,
  [SignInReason.NO_PASSWORD]: msg`Sign-in refused: there is no password yet`,
  [SignInReason.USER_INACTIVE]: msg`Sign-in refused: the user is deactivated`,
  [SignInReason.INVITATION_NOT_OPEN]: msg`Sign-in refused: the invitation is not valid, or not any more`,
  [SignInReason.SESSION_NOT_OPEN]: msg`Session not renewed: it is unknown, or it has ended`,
  [SignInReason.WRONG_TOKEN]: msg`Session not renewed: the key does not belong to it`,
  [SignInReason.USER_CHANGED]: msg`Session not renewed: the password, the role or the state of the user has changed`,
  [SignInReason.UNKNOWN_KEY]: msg`Sign-in refused: no service account has this key`,
  [SignInReason.KEY_EXPIRED]: msg`Sign-in refused: the key has expired`,
  [SignInReason.ACCOUNT_SUSPENDED]: msg`Sign-in refused: the service account is suspended`,
  [SignInReason.SIGN_ON_NOT_BEGUN]: msg`Sign-in refused: this browser had not begun it, or had finished it`,
  [SignInReason.WRONG_ISSUER]: msg`Sign-in refused: another provider answered than the one that was asked`,
  [SignInReason.CODE_REFUSED]: msg`Sign-in refused: the provider did not know its code`,
  [SignInReason.ID_TOKEN_REFUSED]: msg`Sign-in refused: the answer of the provider was not valid`,
  [SignInReason.EMAIL_NOT_VERIFIED]: msg`Sign-in refused: the provider had not verified the e-mail`,
  [SignInReason.LINKED_TO_ANOTHER]: msg`Sign-in refused: the user is linked to another account of the provider`,
  [SignInReason.PROVIDER_UNAVAILABLE]: msg`Sign-in refused: the provider did not answer`,
  [SignInReason.PASSWORDS_OFF]: msg`Sign-in refused: passwords are switched off`,
  [SignInReason.LEFT_OUT]: msg`More was refused than is listed one by one`,
};

export function SignInSentence({ entry }: { entry: SignIn }) {
  const { i18n } = useLingui();
  const actor = entry.actor?.displayName;
  switch (entry.activity) {
    case SignInActivity.SIGNED_IN:
      return <SignedIn method={entry.method} provider={entry.provider} />;
    case SignInActivity.SIGN_IN_REFUSED:
    case SignInActivity.RENEWAL_REFUSED: {
      const known = REFUSED[entry.reason];
      const sentence = known === undefined ? <Trans>Refused</Trans> : i18n._(known);
      if (entry.provider === '') return sentence;
      return (
        <>
          {sentence} ({entry.provider})
        </>
      );
    }
    case SignInActivity.REFRESH_TOKEN_REUSED:
      return <Trans>A session was ended because its key was used twice: it may have been stolen</Trans>;
    case SignInActivity.SIGNED_OUT:
      return <Trans>Signed out</Trans>;
    case SignInActivity.SIGNED_OUT_EVERYWHERE:
      return <Trans>Signed out everywhere</Trans>;
    case SignInActivity.SESSION_ENDED:
      return <SessionEnded actor={actor} reason={entry.reason} />;
    case SignInActivity.SESSIONS_ENDED:
      return <SessionsEnded actor={actor} reason={entry.reason} />;
    case SignInActivity.USER_INVITED:
      return actor === undefined ? (
        <Trans>An invitation link was made</Trans>
      ) : (
        <Trans>{actor} made an invitation link</Trans>
      );
    case SignInActivity.PASSWORD_RESET_INVITED:
      return actor === undefined ? (
        <Trans>A link to choose a new password was made</Trans>
      ) : (
        <Trans>{actor} made a link to choose a new password</Trans>
      );
    case SignInActivity.INVITATION_ACCEPTED:
      return <Trans>Accepted an invitation and chose a password</Trans>;
    case SignInActivity.INVITATION_WITHDRAWN:
      return actor === undefined ? (
        <Trans>The open invitation was made invalid</Trans>
      ) : (
        <Trans>{actor} made the open invitation invalid</Trans>
      );
    case SignInActivity.PASSWORD_CHANGED:
      return <Trans>Chose a new password</Trans>;
    case SignInActivity.PASSWORD_CHANGE_REFUSED:
      return <Trans>New password refused: the current password was wrong</Trans>;
    case SignInActivity.PASSWORD_SET:
      return <Trans>The operator set the password</Trans>;
    case SignInActivity.PASSWORD_RESET:
      return <Trans>Chose a new password with a link for a forgotten one</Trans>;
    case SignInActivity.PROVIDER_LINKED:
      return <Trans>Linked to the account at {entry.provider}</Trans>;
    default:
      return <Trans>Something that this page does not know yet</Trans>;
  }
}

function SignedIn({ method, provider }: { method: SignInMethod; provider: string }) {
  switch (method) {
    case SignInMethod.SINGLE_SIGN_ON:
      return <Trans>Signed in with {provider}</Trans>;
    case SignInMethod.INVITATION:
      return <Trans>Signed in by an invitation</Trans>;
    case SignInMethod.SERVICE_KEY:
      return <Trans>Signed in with a key for the first time</Trans>;
    default:
      return <Trans>Signed in with the password</Trans>;
  }
}

interface EndProps {
  actor: string | undefined;
  reason: SignInReason;
}

function SessionEnded({ actor, reason }: EndProps) {
  if (reason === SignInReason.KEY_REMOVED) {
    return actor === undefined ? (
      <Trans>The session ended because its key was removed</Trans>
    ) : (
      <Trans>The session ended because {actor} removed its key</Trans>
    );
  }
  if (reason === SignInReason.SIGNED_OUT_AT_PROVIDER) {
    return <Trans>The session ended because the user signed out at the provider</Trans>;
  }
  if (actor !== undefined) return <Trans>{actor} ended a session</Trans>;
  return reason === SignInReason.TOO_MANY_SESSIONS ? (
    <Trans>The session that was used least recently ended: there were too many</Trans>
  ) : (
    <Trans>Ended another session</Trans>
  );
}

function SessionsEnded({ actor, reason }: EndProps) {
  if (reason === SignInReason.ACCOUNT_SUSPENDED) {
    return (
      <Trans>All sessions ended: the owner of the service account is no longer an active gatekeeper</Trans>
    );
  }
  if (reason === SignInReason.RIGHTS_CHANGED) {
    return <Trans>All sessions ended: the rights of the service account changed</Trans>;
  }
  const isDeactivation = reason === SignInReason.USER_DEACTIVATED;
  if (actor === undefined) {
    return isDeactivation ? (
      <Trans>All sessions ended: deactivated their own account</Trans>
    ) : (
      <Trans>All sessions ended: changed their own role</Trans>
    );
  }
  return isDeactivation ? (
    <Trans>All sessions ended: {actor} deactivated the user</Trans>
  ) : (
    <Trans>All sessions ended: {actor} changed the role</Trans>
  );
}
