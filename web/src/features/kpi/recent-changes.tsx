/** The last three changes of a value. */
import { useQuery } from '@connectrpc/connect-query';
import { Trans, useLingui } from '@lingui/react/macro';
import { Skeleton, Text } from '@mantine/core';
import { useId } from 'react';
import { ChangeLogService } from '#gen/kreis/kpi/v1/change_log_service_pb';
import { ChangeSentence } from '#shared/changes/change-sentence';
import { momentName } from '#shared/periods/names';
import { useMe } from '#shared/session/me';
import classes from './kpi.module.css';

export function RecentChanges({ valueId }: { valueId: string }) {
  const { i18n } = useLingui();
  const id = useId();
  const me = useMe();
  const { data } = useQuery(ChangeLogService.method.listRecentChanges, { kpiValueId: valueId });
  return (
    <section aria-labelledby={id}>
      <Text id={id} fw={600} size="sm">
        <Trans>Last changes</Trans>
      </Text>
      {data === undefined || me === undefined ? (
        <Skeleton h={64} mt="xs" />
      ) : (
        <ul className={classes.changes}>
          {data.changes.map((change) => (
            <li key={change.id}>
              <ChangeSentence change={change} />
              {change.createTime !== undefined && (
                <div className={classes.note}>
                  {momentName(change.createTime, i18n, me.organisation.timeZone)}
                </div>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
