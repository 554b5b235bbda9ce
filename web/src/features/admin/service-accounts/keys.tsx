/** The keys of a service account: a table, and a button for the next one. */
import type { Timestamp } from '@bufbuild/protobuf/wkt';
import { useMutation } from '@connectrpc/connect-query';
import { Trans, useLingui } from '@lingui/react/macro';
import { NativeSelect, Stack, Text, VisuallyHidden } from '@mantine/core';
import { useState } from 'react';
import { type ServiceAccount, ServiceAccountService } from '#gen/kreis/org/v1/service_account_service_pb';
import { Act, AskedAct } from '#shared/acts/act';
import { dayName, momentName } from '#shared/periods/names';
import { useRefresh } from '../forms/refresh';
import classes from '../lists/list.module.css';
import { ShownKey } from './shown-key';

const LIFETIMES_DAYS = ['30', '90', '180', '365'] as const;
const USUAL_DAYS = '90';
/** The server keeps no more. */
const MAX_KEYS = 2;

interface KeysProps {
  account: ServiceAccount;
  timeZone: string;
}

export function Keys({ account, timeZone }: KeysProps) {
  return (
    <>
      <Text>
        <Trans>
          To change the key of a program, make a second one, give it to the program, and then remove the
          first.
        </Trans>
      </Text>
      {account.keys.length > 0 && <KeyTable account={account} timeZone={timeZone} />}
      <NextKey account={account} />
    </>
  );
}

function KeyTable({ account, timeZone }: KeysProps) {
  const { t, i18n } = useLingui();
  const refresh = useRefresh();
  const remove = useMutation(ServiceAccountService.method.removeServiceKey, { onSuccess: refresh });

  function day(time: Timestamp | undefined): string {
    return time === undefined ? '–' : dayName(time, i18n, timeZone);
  }

  return (
    <table className={`${classes.table} ${classes.wide}`}>
      <thead>
        <tr>
          <th scope="col">{t`Key`}</th>
          <th scope="col">{t`Made on`}</th>
          <th scope="col">{t`Valid until`}</th>
          <th scope="col">{t`Last used`}</th>
          <th scope="col">
            <VisuallyHidden>{t`Remove`}</VisuallyHidden>
          </th>
        </tr>
      </thead>
      <tbody>
        {account.keys.map(({ id, hint, createTime, expireTime, lastUseTime }) => (
          <tr key={id}>
            <td className={classes.name}>
              <code>{hint}…</code>
            </td>
            <td data-label={t`Made on`}>{day(createTime)}</td>
            <td data-label={t`Valid until`}>{day(expireTime)}</td>
            <td data-label={t`Last used`}>
              {lastUseTime === undefined ? <Trans>Never</Trans> : momentName(lastUseTime, i18n, timeZone)}
            </td>
            <td>
              <AskedAct
                size="xs"
                name={t`Remove the key ${hint}`}
                act={() => remove.mutateAsync({ keyId: id })}
                question={<Trans>Remove the key {hint}…?</Trans>}
                consequence={<Trans>Programs that use it are out at once.</Trans>}
              >
                <Trans>Remove</Trans>
              </AskedAct>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function NextKey({ account: { id, keys } }: { account: ServiceAccount }) {
  const { t } = useLingui();
  const refresh = useRefresh();
  const [days, setDays] = useState<string>(USUAL_DAYS);
  const { mutateAsync, data } = useMutation(ServiceAccountService.method.addServiceKey, {
    onSuccess: refresh,
  });
  return (
    <Stack align="flex-start">
      {data !== undefined && <ShownKey key={data.key} value={data.key} />}
      {keys.length >= MAX_KEYS ? (
        <Text className="quiet">
          <Trans>There are two keys. Remove one before you make the next.</Trans>
        </Text>
      ) : (
        <>
          <NativeSelect
            label={<Trans>Valid for</Trans>}
            value={days}
            onChange={({ currentTarget }) => setDays(currentTarget.value)}
            data={LIFETIMES_DAYS.map((value) => ({ value, label: t`${value} days` }))}
          />
          <Act act={() => mutateAsync({ serviceAccountId: id, lifetimeDays: Number(days) })}>
            <Trans>Make a key</Trans>
          </Act>
        </>
      )}
    </Stack>
  );
}
