/** One service account: what it may do, its keys, and how to remove it. */
import { useMutation, useQuery } from '@connectrpc/connect-query';
import { Trans } from '@lingui/react/macro';
import { Skeleton, Stack, Text } from '@mantine/core';
import { useNavigate, useParams } from '@tanstack/react-router';
import { type ServiceAccount, ServiceAccountService } from '#gen/kreis/org/v1/service_account_service_pb';
import { AskedAct } from '#shared/acts/act';
import { useCircles } from '#shared/circles/circles';
import { useMe } from '#shared/session/me';
import { useComplaints } from '../forms/complaints';
import { Form } from '../forms/form';
import { useRefresh } from '../forms/refresh';
import { type Seen, useSeen } from '../forms/seen';
import { Heading } from '../layout/heading';
import { TextLink } from '../layout/links';
import { Section } from '../layout/section';
import { useEveryUser } from '../lists/whole-lists';
import { Keys } from './keys';
import {
  SERVICE_ACCOUNT_FIELD_RULES,
  ServiceAccountFields,
  serviceAccountIn,
} from './service-account-fields';
import { KeyState } from './states';

export function ServiceAccountPage() {
  const { accountId } = useParams({ from: '/frame/admin/service-accounts/$accountId' });
  const { data, refetch } = useQuery(ServiceAccountService.method.listServiceAccounts);
  if (data === undefined) return <Skeleton h={320} />;
  const find = (accounts: ServiceAccount[] | undefined) => accounts?.find(({ id }) => id === accountId);
  const newest = find(data.serviceAccounts);
  if (newest === undefined) return <Gone />;
  const read = async () => find((await refetch()).data?.serviceAccounts);
  return <Parts key={accountId} newest={newest} read={read} />;
}

function Above() {
  return (
    <TextLink to="/admin/service-accounts" size="sm">
      <Trans>All service accounts</Trans>
    </TextLink>
  );
}

function Gone() {
  return (
    <Heading above={<Above />}>
      <Trans>This service account does not exist.</Trans>
    </Heading>
  );
}

interface PartsProps {
  newest: ServiceAccount;
  read: () => Promise<ServiceAccount | undefined>;
}

function Parts({ newest, read }: PartsProps) {
  const seen = useSeen(newest, read);
  const me = useMe();
  return (
    <>
      <Heading above={<Above />} beside={<KeyState account={newest} />}>
        {seen.thing.name}
      </Heading>
      <Stack>
        {newest.suspended && (
          <Text role="status">
            <Trans>It is suspended: its owner is no active gatekeeper any more. Give it another owner.</Trans>
          </Text>
        )}
        <Section title={<Trans>About the service account</Trans>}>
          <EditForm key={seen.round} seen={seen} />
        </Section>
        <Section title={<Trans>Keys</Trans>}>
          {me === undefined ? (
            <Skeleton h={64} />
          ) : (
            <Keys account={newest} timeZone={me.organisation.timeZone} />
          )}
        </Section>
        <Section title={<Trans>Removing it</Trans>}>
          <Removing account={seen.thing} />
        </Section>
      </Stack>
    </>
  );
}

function EditForm({ seen }: { seen: Seen<ServiceAccount> }) {
  const refresh = useRefresh();
  const circles = useCircles();
  const users = useEveryUser();
  const update = useMutation(ServiceAccountService.method.updateServiceAccount, {
    onSuccess: ({ serviceAccount }) => {
      if (serviceAccount !== undefined) seen.see(serviceAccount);
      refresh();
    },
  });
  const complaints = useComplaints(update.error, SERVICE_ACCOUNT_FIELD_RULES);
  if (circles === undefined || users === undefined) return <Skeleton h={240} />;
  const { id, etag, owner } = seen.thing;

  return (
    <Form
      action={<Trans>Save</Trans>}
      pending={update.isPending}
      complaints={complaints}
      done={update.isSuccess && <Trans>Saved.</Trans>}
      onSubmit={(fields) => {
        const { ownerId, ...account } = serviceAccountIn(fields, circles);
        // An owner who lost the role stays until another one is chosen.
        const changed = ownerId === owner?.userId ? {} : { ownerId };
        update.mutate({ ...account, ...changed, serviceAccountId: id, etag });
      }}
      onShowNewest={seen.showNewest}
    >
      <ServiceAccountFields
        account={seen.thing}
        circles={circles}
        users={users}
        ownerId=""
        complaints={complaints}
      />
      <Text size="sm" className="quiet">
        <Trans>After a change of what it may do, a program has to sign in with its key again.</Trans>
      </Text>
    </Form>
  );
}

function Removing({ account: { id, etag, name } }: { account: ServiceAccount }) {
  const navigate = useNavigate();
  const refresh = useRefresh();
  const remove = useMutation(ServiceAccountService.method.removeServiceAccount);

  async function act() {
    await remove.mutateAsync({ serviceAccountId: id, etag });
    await navigate({ to: '/admin/service-accounts' });
    refresh();
  }

  return (
    <>
      <Text>
        <Trans>What it entered stays, and the change log goes on to name it. Its name stays taken.</Trans>
      </Text>
      <div>
        <AskedAct
          act={act}
          question={<Trans>Remove {name}?</Trans>}
          consequence={<Trans>Its keys are gone, and programs that use them are out at once.</Trans>}
        >
          <Trans>Remove the service account</Trans>
        </AskedAct>
      </div>
    </>
  );
}
