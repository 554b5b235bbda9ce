/** One sentence about a change of a service account. */
import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { useLingui } from '@lingui/react';
import { Trans } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import { Activity, type Change } from '#gen/kreis/org/v1/change_log_service_pb';
import { OldAndNew } from '#shared/changes/old-and-new';
import { TextLink } from '../layout/links';

const FIELD_NAMES: Record<string, MessageDescriptor> = {
  name: msg`name`,
  access: msg`what it may do`,
  circles: msg`circles`,
  owner: msg`owner`,
};

/** What the log has in place of names. */
const TEXTS: Record<string, MessageDescriptor> = {
  'access read': msg`read`,
  'access write': msg`read and write`,
  'circles all': msg`all`,
};

interface Props {
  who: ReactNode;
  change: Change;
}

/** Nothing for a change of something else. */
export function AccountChange({ who, change: { activity, user, field, oldText, newText } }: Props) {
  const { i18n } = useLingui();
  const account = user !== undefined && (
    <TextLink to="/admin/service-accounts/$accountId" params={{ accountId: user.userId }} underline="always">
      {user.displayName}
    </TextLink>
  );

  function worded(text: string): string {
    const known = TEXTS[`${field} ${text}`];
    return known === undefined ? text : i18n._(known);
  }

  switch (activity) {
    case Activity.SERVICE_ACCOUNT_CREATED:
      return (
        <Trans>
          {who} added the service account {account}.
        </Trans>
      );
    case Activity.SERVICE_ACCOUNT_UPDATED: {
      const known = FIELD_NAMES[field];
      return (
        <>
          <Trans>
            {who} changed the service account {account}:
          </Trans>{' '}
          {known === undefined ? field : i18n._(known)}{' '}
          <OldAndNew before={worded(oldText)} after={worded(newText)} />
        </>
      );
    }
    case Activity.SERVICE_ACCOUNT_REMOVED:
      return (
        <Trans>
          {who} removed the service account {account}.
        </Trans>
      );
    case Activity.SERVICE_KEY_ADDED:
      return (
        <Trans>
          {who} made the key {newText}… of the service account {account}.
        </Trans>
      );
    case Activity.SERVICE_KEY_REMOVED:
      return (
        <Trans>
          {who} removed the key {oldText}… of the service account {account}.
        </Trans>
      );
    default:
      return null;
  }
}
