/** Adds a service account, and then shows its key to hand over. */
import { useMutation } from '@connectrpc/connect-query';
import { useLingui } from '@lingui/react';
import { Trans } from '@lingui/react/macro';
import { Alert, Skeleton, Stack } from '@mantine/core';
import { ServiceAccountService } from '#gen/kreis/org/v1/service_account_service_pb';
import { useCircles } from '#shared/circles/circles';
import { CallId } from '#shared/errors/call-id';
import { sentenceOf } from '#shared/errors/sentences';
import { useRequestId } from '#shared/rpc/request-id';
import { useMe } from '#shared/session/me';
import { useComplaints } from '../forms/complaints';
import { Form } from '../forms/form';
import { useRefresh } from '../forms/refresh';
import { Heading } from '../layout/heading';
import { ButtonLink, TextLink } from '../layout/links';
import { useEveryUser } from '../lists/whole-lists';
import {
  SERVICE_ACCOUNT_FIELD_RULES,
  ServiceAccountFields,
  serviceAccountIn,
} from './service-account-fields';
import { ShownKey } from './shown-key';

export function NewServiceAccount() {
  const { i18n } = useLingui();
  const requestIdOf = useRequestId();
  const refresh = useRefresh();
  const me = useMe();
  const circles = useCircles();
  const users = useEveryUser();
  const addKey = useMutation(ServiceAccountService.method.addServiceKey, { onSuccess: refresh });
  const create = useMutation(ServiceAccountService.method.createServiceAccount, {
    onSuccess: ({ serviceAccount }) => {
      refresh();
      addKey.mutate({ serviceAccountId: serviceAccount?.id ?? '' });
    },
  });
  const complaints = useComplaints(create.error, SERVICE_ACCOUNT_FIELD_RULES);
  const added = create.data?.serviceAccount;
  if (me === undefined || circles === undefined || users === undefined) return <Skeleton h={320} />;

  return (
    <>
      <Heading
        above={
          <TextLink to="/admin/service-accounts" size="sm">
            <Trans>All service accounts</Trans>
          </TextLink>
        }
      >
        {added === undefined ? <Trans>Add a service account</Trans> : <Trans>{added.name} was added</Trans>}
      </Heading>
      {added === undefined ? (
        <Form
          action={<Trans>Add and make a key</Trans>}
          pending={create.isPending}
          complaints={complaints}
          onSubmit={(fields) => {
            const account = serviceAccountIn(fields, circles);
            create.mutate({ ...account, requestId: requestIdOf(account) });
          }}
        >
          <ServiceAccountFields
            circles={circles}
            users={users}
            ownerId={me.user.id}
            complaints={complaints}
          />
        </Form>
      ) : (
        <Stack align="flex-start">
          {addKey.isSuccess && <ShownKey value={addKey.data.key} />}
          {addKey.isError && (
            <Alert color="red" variant="light" role="alert">
              <Trans>There is no key yet; make one on the page of the service account.</Trans>{' '}
              {sentenceOf(addKey.error, i18n)}
              <CallId error={addKey.error} />
            </Alert>
          )}
          <ButtonLink
            variant="default"
            to="/admin/service-accounts/$accountId"
            params={{ accountId: added.id }}
          >
            <Trans>To the page of {added.name}</Trans>
          </ButtonLink>
        </Stack>
      )}
    </>
  );
}
