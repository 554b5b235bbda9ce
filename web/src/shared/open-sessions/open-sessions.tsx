/** The open sessions of a user, each with a button to end it. */
import { useMutation, useQuery } from '@connectrpc/connect-query';
import { Trans, useLingui } from '@lingui/react/macro';
import { Skeleton, Text } from '@mantine/core';
import { AuthService, type Session, SignInMethod } from '#gen/kreis/auth/v1/auth_service_pb';
import { Act } from '#shared/acts/act';
import { momentName } from '#shared/periods/names';
import { browserName } from './browser-name';
import classes from './open-sessions.module.css';

interface Props {
  userId: string;
  /** Of the organisation, such as `Europe/Zurich`. */
  timeZone: string;
}

export function OpenSessions({ userId, timeZone }: Props) {
  const { t, i18n } = useLingui();
  const { data, refetch } = useQuery(AuthService.method.listSessions, { userId });
  const end = useMutation(AuthService.method.endSession);
  if (data === undefined) return <Skeleton h={120} />;
  if (data.sessions.length === 0) {
    return (
      <Text role="status">
        <Trans>There is no open session.</Trans>
      </Text>
    );
  }

  function nameOf({ userAgent }: Session): string {
    return browserName(userAgent) ?? (userAgent === '' ? t`unknown program` : userAgent);
  }

  function momentOf(time: Session['useTime']): string {
    return time === undefined ? '–' : momentName(time, i18n, timeZone);
  }

  async function endOne(sessionId: string) {
    await end.mutateAsync({ sessionId });
    await refetch();
  }

  return (
    <table className={classes.sessions}>
      <thead>
        <tr>
          <th scope="col">{t`Browser or program`}</th>
          <th scope="col">{t`Address`}</th>
          <th scope="col">{t`Signed in`}</th>
          <th scope="col">{t`Last used`}</th>
          <th scope="col">
            <span className={classes.hidden}>{t`End`}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {data.sessions.map((session) => (
          <tr key={session.id}>
            <th scope="row">{nameOf(session)}</th>
            <td data-label={t`Address`}>{session.address || '–'}</td>
            <td data-label={t`Signed in`}>
              {momentOf(session.createTime)}
              {session.method === SignInMethod.INVITATION && (
                <>
                  {' '}
                  <Trans>(by an invitation)</Trans>
                </>
              )}
              {session.provider !== '' && (
                <>
                  {' '}
                  <Trans>(with {session.provider})</Trans>
                </>
              )}
            </td>
            <td data-label={t`Last used`}>{momentOf(session.useTime)}</td>
            <td>
              {session.current ? (
                <Trans>this session</Trans>
              ) : (
                <Act
                  size="xs"
                  name={t`End the session of ${nameOf(session)}, ${momentOf(session.createTime)}`}
                  act={() => endOne(session.id)}
                >
                  <Trans>End</Trans>
                </Act>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
