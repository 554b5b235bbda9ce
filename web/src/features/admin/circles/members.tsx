/** The members of a circle, who enter its values. */
import '@mantine/core/styles/Badge.css';
import { useMutation } from '@connectrpc/connect-query';
import { Trans, useLingui } from '@lingui/react/macro';
import { Badge, Group, NativeSelect, Skeleton, Text, VisuallyHidden } from '@mantine/core';
import { useState } from 'react';
import { type Circle, CircleService } from '#gen/kreis/org/v1/circle_service_pb';
import { UserState } from '#gen/kreis/org/v1/user_pb';
import { Act } from '#shared/acts/act';
import { type FieldRules, useComplaints } from '../forms/complaints';
import { Form } from '../forms/form';
import { useRefresh } from '../forms/refresh';
import { TextLink } from '../layout/links';
import classes from '../lists/list.module.css';
import { useEveryUser } from '../lists/whole-lists';

export function Members({ circle }: { circle: Circle }) {
  return (
    <>
      {circle.members.length === 0 ? (
        <Text>
          <Trans>No economist enters values here yet. Add one.</Trans>
        </Text>
      ) : (
        <MemberTable circle={circle} />
      )}
      <AddForm circle={circle} />
    </>
  );
}

function MemberTable({ circle }: { circle: Circle }) {
  const { t } = useLingui();
  const refresh = useRefresh();
  const remove = useMutation(CircleService.method.removeCircleMember, { onSuccess: refresh });
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          <th scope="col">{t`Name`}</th>
          <th scope="col">
            <VisuallyHidden>{t`Remove`}</VisuallyHidden>
          </th>
        </tr>
      </thead>
      <tbody>
        {circle.members.map(({ userId, displayName, active }) => (
          <tr key={userId}>
            <td>
              <Group gap="sm">
                <TextLink to="/admin/users/$userId" params={{ userId }}>
                  {displayName}
                </TextLink>
                {!active && (
                  <Badge tt="none" variant="default">
                    <Trans context="user">Inactive</Trans>
                  </Badge>
                )}
              </Group>
            </td>
            <td>
              <Act
                size="xs"
                name={t`Remove ${displayName} from the circle`}
                act={() => remove.mutateAsync({ circleId: circle.id, userId })}
              >
                <Trans>Remove</Trans>
              </Act>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const MEMBER_FIELD_RULES: FieldRules = { rules: {}, fieldOfReason: { USER_NOT_FOUND: 'user_id' } };

function AddForm({ circle }: { circle: Circle }) {
  const { t } = useLingui();
  const users = useEveryUser();
  const refresh = useRefresh();
  const [chosen, setChosen] = useState('');
  const add = useMutation(CircleService.method.addCircleMember, {
    onSuccess: (_, { userId }) => {
      setChosen((now) => (now === userId ? '' : now));
      refresh();
    },
  });
  const complaints = useComplaints(add.error, MEMBER_FIELD_RULES);
  if (users === undefined) return <Skeleton h={64} />;

  const members = new Set(circle.members.map(({ userId }) => userId));
  const others = users.filter(({ id, state }) => !members.has(id) && state !== UserState.INACTIVE);
  if (others.length === 0) {
    return (
      <Text className="quiet">
        <Trans>All users are in this circle.</Trans>
      </Text>
    );
  }
  return (
    <Form
      action={<Trans>Add to the circle</Trans>}
      pending={add.isPending}
      complaints={complaints}
      onSubmit={(fields) => {
        const userId = fields.text('user_id');
        if (userId !== '') add.mutate({ circleId: circle.id, userId });
      }}
    >
      <NativeSelect
        name="user_id"
        label={<Trans>Add an economist</Trans>}
        data={[
          { value: '', label: t`Please choose` },
          ...others.map(({ id, displayName }) => ({ value: id, label: displayName })),
        ]}
        // A user who has joined the circle meanwhile is no longer an option.
        value={others.some(({ id }) => id === chosen) ? chosen : ''}
        onChange={({ currentTarget }) => setChosen(currentTarget.value)}
        error={complaints.fields.user_id}
        maw={420}
      />
    </Form>
  );
}
