/** The list of all users. */
import { Trans, useLingui } from '@lingui/react/macro';
import { NativeSelect, Skeleton, Text, TextInput } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { User } from '#gen/kreis/org/v1/user_pb';
import { sortedByName } from '#shared/texts/name-order';
import { Heading } from '../layout/heading';
import { ButtonLink, TextLink } from '../layout/links';
import { Email } from '../lists/email';
import classes from '../lists/list.module.css';
import { LongList } from '../lists/long-list';
import { useEveryUser } from '../lists/whole-lists';
import { passes, readUserFilter, STATES } from './user-filter';
import { STATE_NAMES, UserStateMark } from './user-state';

export function UserList() {
  const { t, i18n } = useLingui();
  const filter = useSearch({ from: '/frame/admin/users' });
  const navigate = useNavigate();
  const users = useEveryUser();

  function show(change: Record<string, string>) {
    void navigate({ to: '/admin/users', search: readUserFilter({ ...filter, ...change }), replace: true });
  }

  return (
    <>
      <Heading
        beside={
          <ButtonLink to="/admin/users/new">
            <Trans>Add a user</Trans>
          </ButtonLink>
        }
      >
        <Trans>Users</Trans>
      </Heading>
      <div className={classes.filters}>
        <TextInput
          type="search"
          label={<Trans>Search by name or e-mail</Trans>}
          value={filter.search ?? ''}
          onChange={({ currentTarget }) => show({ search: currentTarget.value })}
        />
        <NativeSelect
          label={<Trans>State</Trans>}
          value={filter.state ?? ''}
          data={[
            { value: '', label: t`All` },
            ...STATES.map((state) => ({ value: state, label: i18n._(STATE_NAMES[state]) })),
          ]}
          onChange={({ currentTarget }) => show({ state: currentTarget.value })}
        />
      </div>
      {users === undefined ? (
        <Skeleton h={240} />
      ) : (
        <LongList items={users.filter((user) => passes(user, filter))}>
          {(visible) => <UserTable users={visible} />}
        </LongList>
      )}
    </>
  );
}

function UserTable({ users }: { users: User[] }) {
  const { t } = useLingui();

  function namesOf(circles: User['circles']): string {
    return sortedByName(circles, ({ name }) => name)
      .map(({ name }) => name)
      .join(', ');
  }

  /** The members of a circle are its economists. */
  function roleOf(gatekeeper: boolean, member: boolean): string {
    if (gatekeeper) return t`Gatekeeper`;
    return member ? t`Economist` : '–';
  }

  if (users.length === 0) {
    return (
      <Text role="status">
        <Trans>No user found. Search for something else, or add a user.</Trans>
      </Text>
    );
  }
  return (
    <table className={`${classes.table} ${classes.wide}`}>
      <thead>
        <tr>
          <th scope="col">{t`Name`}</th>
          <th scope="col">{t`E-mail`}</th>
          <th scope="col">{t`Circles`}</th>
          <th scope="col">{t`Role`}</th>
          <th scope="col">{t`State`}</th>
        </tr>
      </thead>
      <tbody>
        {users.map(({ id, displayName, email, circles, gatekeeper, state }) => (
          <tr key={id}>
            <td className={classes.name}>
              <TextLink to="/admin/users/$userId" params={{ userId: id }} fw={600}>
                {displayName}
              </TextLink>
            </td>
            <td data-label={t`E-mail`} className={classes.email}>
              <Email address={email} />
            </td>
            <td data-label={t`Circles`} className={classes.name}>
              {namesOf(circles) || '–'}
            </td>
            <td data-label={t`Role`}>{roleOf(gatekeeper, circles.length > 0)}</td>
            <td data-label={t`State`}>
              <UserStateMark state={state} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
