/** One sentence about a change of a user or a circle, with the old and the new value. */
import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import { Activity, type Change } from '#gen/kreis/org/v1/change_log_service_pb';
import type { Person } from '#gen/kreis/org/v1/user_pb';
import { OldAndNew } from '#shared/changes/old-and-new';
import { Who } from '#shared/changes/who';
import { TextLink } from '../layout/links';
import { AccountChange } from '../service-accounts/account-change';

interface Props {
  change: Change;
  /** Whether the circle still exists. */
  circleExists: boolean;
}

export function ChangeSentence({ change, circleExists }: Props) {
  const { activity, changedBy, circleId, circleName, oldText, newText, provider } = change;
  const nobody =
    provider === '' ? <Trans>The operator</Trans> : <Trans>Single sign-on with {provider}</Trans>;
  const who = <Who person={changedBy} owner={change.owner} nobody={nobody} />;
  const user = <UserLink user={change.user} />;
  const circle = circleExists ? (
    <TextLink to="/admin/circles/$circleId" params={{ circleId }} underline="always">
      {circleName}
    </TextLink>
  ) : (
    circleName
  );
  switch (activity) {
    case Activity.USER_CREATED:
      return (
        <Trans>
          {who} added {user}.
        </Trans>
      );
    case Activity.USER_UPDATED:
      return <UserUpdate who={who} user={user} change={change} />;
    case Activity.USER_INVITED:
      return (
        <Trans>
          {who} made an invitation link for {user}.
        </Trans>
      );
    case Activity.USER_DEACTIVATED:
      return (
        <Trans>
          {who} deactivated {user}.
        </Trans>
      );
    case Activity.USER_REACTIVATED:
      return (
        <Trans>
          {who} reactivated {user}.
        </Trans>
      );
    case Activity.PASSWORD_RESET_INVITED:
      return (
        <Trans>
          {who} made a link for {user} to choose a new password.
        </Trans>
      );
    case Activity.INVITATION_ACCEPTED:
      return <Trans>{who} accepted an invitation and chose a password.</Trans>;
    case Activity.PASSWORD_SET:
      return (
        <Trans>
          {who} set the password of {user}.
        </Trans>
      );
    case Activity.PASSWORD_CHANGED:
      return <Trans>{who} chose a new password.</Trans>;
    case Activity.PASSWORD_RESET:
      return <Trans>{who} had forgotten their password and chose a new one.</Trans>;
    case Activity.INVITATION_WITHDRAWN:
      return (
        <Trans>
          {who} withdrew the invitation of {user}.
        </Trans>
      );
    case Activity.CIRCLE_CREATED:
      return (
        <Trans>
          {who} created the circle {circle}.
        </Trans>
      );
    case Activity.CIRCLE_UPDATED:
      return (
        <>
          <Trans>{who} renamed a circle:</Trans> <OldAndNew before={oldText} after={newText} />
        </>
      );
    case Activity.CIRCLE_DELETED:
      return (
        <Trans>
          {who} deleted the circle {circle}.
        </Trans>
      );
    case Activity.MEMBER_ADDED:
      return (
        <Trans>
          {who} added {user} to the circle {circle}.
        </Trans>
      );
    case Activity.MEMBER_REMOVED:
      return (
        <Trans>
          {who} removed {user} from the circle {circle}.
        </Trans>
      );
    case Activity.SERVICE_ACCOUNT_CREATED:
    case Activity.SERVICE_ACCOUNT_UPDATED:
    case Activity.SERVICE_ACCOUNT_REMOVED:
    case Activity.SERVICE_KEY_ADDED:
    case Activity.SERVICE_KEY_REMOVED:
      return <AccountChange who={who} change={change} />;
    default:
      return <Trans>{who} changed something that this page does not know yet.</Trans>;
  }
}

function UserLink({ user }: { user: Person | undefined }) {
  if (user === undefined) return null;
  return (
    <TextLink to="/admin/users/$userId" params={{ userId: user.userId }} underline="always">
      {user.displayName}
    </TextLink>
  );
}

const FIELD_NAMES: Record<string, MessageDescriptor> = {
  first_name: msg`first name`,
  last_name: msg`last name`,
  display_name: msg`display name`,
  email: msg`e-mail`,
  language: msg`language`,
};

interface UserUpdateProps {
  who: ReactNode;
  user: ReactNode;
  change: Change;
}

function UserUpdate({ who, user, change: { field, oldText, newText } }: UserUpdateProps) {
  const { i18n } = useLingui();
  if (field === 'gatekeeper') {
    return newText === 'true' ? (
      <Trans>
        {who} made {user} a gatekeeper.
      </Trans>
    ) : (
      <Trans>
        {who} ended the role of {user} as a gatekeeper.
      </Trans>
    );
  }
  const known = FIELD_NAMES[field];
  const name = known === undefined ? field : i18n._(known);
  return (
    <>
      <Trans>
        {who} changed {user}:
      </Trans>{' '}
      {name} <OldAndNew before={oldText} after={newText} />
    </>
  );
}
