/** The list of all service accounts. */
import { useQuery } from '@connectrpc/connect-query';
import { Trans, useLingui } from '@lingui/react/macro';
import { Skeleton, Text } from '@mantine/core';
import { type ServiceAccount, ServiceAccountService } from '#gen/kreis/org/v1/service_account_service_pb';
import { Heading } from '../layout/heading';
import { ButtonLink, TextLink } from '../layout/links';
import classes from '../lists/list.module.css';
import { LongList } from '../lists/long-list';
import { AccessName, CircleNames, KeyState } from './states';

export function ServiceAccountList() {
  const { data } = useQuery(ServiceAccountService.method.listServiceAccounts);
  return (
    <>
      <Heading
        beside={
          <ButtonLink to="/admin/service-accounts/new">
            <Trans>Add a service account</Trans>
          </ButtonLink>
        }
      >
        <Trans>Service accounts</Trans>
      </Heading>
      <Text mb="md">
        <Trans>
          A program signs in with the key of a service account. It reads what everybody reads, and may write
          for its circles.
        </Trans>
      </Text>
      {data === undefined ? (
        <Skeleton h={240} />
      ) : (
        <LongList items={data.serviceAccounts}>{(visible) => <AccountTable accounts={visible} />}</LongList>
      )}
    </>
  );
}

function AccountTable({ accounts }: { accounts: ServiceAccount[] }) {
  const { t } = useLingui();
  if (accounts.length === 0) {
    return (
      <Text role="status">
        <Trans>There is no service account yet.</Trans>
      </Text>
    );
  }
  return (
    <table className={`${classes.table} ${classes.wide}`}>
      <thead>
        <tr>
          <th scope="col">{t`Name`}</th>
          <th scope="col">{t`Access`}</th>
          <th scope="col">{t`Circles`}</th>
          <th scope="col">{t`Owner`}</th>
          <th scope="col">{t`Keys`}</th>
        </tr>
      </thead>
      <tbody>
        {accounts.map((account) => (
          <tr key={account.id}>
            <td className={classes.name}>
              <TextLink to="/admin/service-accounts/$accountId" params={{ accountId: account.id }} fw={600}>
                {account.name}
              </TextLink>
            </td>
            <td data-label={t`Access`}>
              <AccessName access={account.access} />
            </td>
            <td data-label={t`Circles`} className={classes.name}>
              <CircleNames account={account} />
            </td>
            <td data-label={t`Owner`} className={classes.name}>
              {account.owner?.displayName}
            </td>
            <td data-label={t`Keys`}>
              <KeyState account={account} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
