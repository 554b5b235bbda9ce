/** Tells a person what happened to their account. The notices load only if there are some. */
import { useQuery } from '@connectrpc/connect-query';
import { type ComponentType, useEffect, useState } from 'react';
import { SignInLogService } from '#gen/kreis/auth/v1/sign_in_log_service_pb';
import { withLaterSentences } from '#shared/preferences/language';
import type { NoticeListProps } from './notice-list';

export function AccountNotices() {
  // The screen works without them: they are asked for again with the next page.
  const { data, refetch } = useQuery(SignInLogService.method.listNotices, {}, { throwOnError: false });
  const [{ NoticeList }, setLoaded] = useState<{ NoticeList?: ComponentType<NoticeListProps> }>({});
  const notices = data?.notices ?? [];
  const areThere = notices.length > 0;

  useEffect(() => {
    if (areThere) withLaterSentences(() => import('./notice-list')).then(setLoaded, () => undefined);
  }, [areThere]);

  if (!areThere || NoticeList === undefined) return null;
  return <NoticeList notices={notices} onConfirmed={refetch} />;
}
