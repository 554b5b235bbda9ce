/** The fields of a service account. */
import '@mantine/core/styles/InlineInput.css';
import '@mantine/core/styles/Checkbox.css';
import { msg } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { Checkbox, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Circle } from '#gen/kreis/org/v1/circle_service_pb';
import { ServiceAccess, type ServiceAccount } from '#gen/kreis/org/v1/service_account_service_pb';
import { type User, UserState } from '#gen/kreis/org/v1/user_pb';
import type { Complaints, FieldRules } from '../forms/complaints';
import type { Fields } from '../forms/form';
import classes from '../lists/list.module.css';

interface FieldsProps {
  account?: ServiceAccount;
  circles: readonly Circle[];
  users: readonly User[];
  /** Id of the user who owns a new service account, if nobody else is chosen. */
  ownerId: string;
  complaints: Complaints;
}

export function ServiceAccountFields({
  account,
  circles,
  users,
  ownerId,
  complaints: { fields },
}: FieldsProps) {
  const { t } = useLingui();
  const [allCircles, setAllCircles] = useState(account?.allCircles ?? false);
  const own = new Set(account?.circles.map(({ circleId }) => circleId));
  const owner = account?.owner;
  const owners = users
    .filter(({ gatekeeper, state }) => gatekeeper && state !== UserState.INACTIVE)
    .map(({ id, displayName }) => ({ value: id, label: displayName }));
  // The present owner stays a choice after losing the role.
  if (owner !== undefined && !owners.some(({ value }) => value === owner.userId)) {
    owners.unshift({ value: owner.userId, label: owner.displayName });
  }
  return (
    <>
      <div className={classes.fields}>
        <TextInput
          name="name"
          label={<Trans>Name</Trans>}
          description={<Trans>What the program does. The change log calls it so.</Trans>}
          defaultValue={account?.name}
          error={fields.name}
          autoComplete="off"
          autoFocus={account === undefined}
        />
        <NativeSelect
          name="access"
          label={<Trans>Access</Trans>}
          description={<Trans>An account that only reads cannot change anything.</Trans>}
          defaultValue={String(account?.access ?? ServiceAccess.READ)}
          data={[
            { value: String(ServiceAccess.READ), label: t`Read` },
            { value: String(ServiceAccess.WRITE), label: t`Read and write` },
          ]}
          error={fields.access}
        />
        <NativeSelect
          name="owner_id"
          label={<Trans>Owner</Trans>}
          description={<Trans>Answers for it. It works only while its owner is an active gatekeeper.</Trans>}
          defaultValue={owner?.userId ?? ownerId}
          data={owners}
          error={fields.owner_id}
        />
      </div>
      <Checkbox
        name="all_circles"
        label={<Trans>For all circles</Trans>}
        description={<Trans>Also for those that come later.</Trans>}
        checked={allCircles}
        onChange={({ currentTarget }) => setAllCircles(currentTarget.checked)}
        error={allCircles ? undefined : fields['scope.circle_ids']}
      />
      {!allCircles && (
        <Checkbox.Group label={<Trans>Circles</Trans>} defaultValue={[...own]}>
          <Stack gap="xs" mt="xs">
            {circles.map(({ id, name }) => (
              <Checkbox key={id} name={`circle_${id}`} value={id} label={name} />
            ))}
          </Stack>
        </Checkbox.Group>
      )}
    </>
  );
}

export function serviceAccountIn(fields: Fields, circles: readonly Circle[]) {
  const allCircles = fields.ticked('all_circles');
  const chosen = circles.filter(({ id }) => fields.ticked(`circle_${id}`));
  return {
    name: fields.text('name'),
    access: fields.text('access') === String(ServiceAccess.WRITE) ? ServiceAccess.WRITE : ServiceAccess.READ,
    ownerId: fields.text('owner_id'),
    scope: { allCircles, circleIds: allCircles ? [] : chosen.map(({ id }) => id) },
  };
}

export const SERVICE_ACCOUNT_FIELD_RULES: FieldRules = {
  rules: {
    name: msg`Please enter 1 to 100 visible characters, in letters of one script.`,
    'scope.circle_ids': msg`Please choose at least one circle, or all of them.`,
  },
  fieldOfReason: { DISPLAY_NAME_TAKEN: 'name', OWNER_REFUSED: 'owner_id' },
};
