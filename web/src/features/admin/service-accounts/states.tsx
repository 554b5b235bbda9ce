/** What a service account may do, and whether it can. */
import '@mantine/core/styles/Badge.css';
import { timestampDate } from '@bufbuild/protobuf/wkt';
import { Trans } from '@lingui/react/macro';
import { Badge } from '@mantine/core';
import { ServiceAccess, type ServiceAccount } from '#gen/kreis/org/v1/service_account_service_pb';
import { sortedByName } from '#shared/texts/name-order';

/** As long before its expiry as the server warns of a key, in milliseconds. */
const SOON_MS = 30 * 24 * 60 * 60 * 1000;

export function AccessName({ access }: { access: ServiceAccess }) {
  return access === ServiceAccess.WRITE ? <Trans>Read and write</Trans> : <Trans>Read</Trans>;
}

export function CircleNames({ account: { allCircles, circles } }: { account: ServiceAccount }) {
  if (allCircles) return <Trans>All</Trans>;
  const names = sortedByName(circles, ({ name }) => name).map(({ name }) => name);
  return names.join(', ') || '–';
}

/** Of the key that lasts longest. */
export function KeyState({ account: { suspended, keys } }: { account: ServiceAccount }) {
  const ends = keys.map(({ expireTime }) =>
    expireTime === undefined ? 0 : timestampDate(expireTime).getTime(),
  );
  const left = Math.max(0, ...ends) - Date.now();
  if (suspended) {
    return (
      <Badge tt="none" variant="default">
        <Trans>Suspended</Trans>
      </Badge>
    );
  }
  if (left <= 0) {
    return (
      <Badge tt="none" variant="default">
        <Trans>No key</Trans>
      </Badge>
    );
  }
  return left < SOON_MS ? (
    <Badge tt="none" variant="outline">
      <Trans>Expires soon</Trans>
    </Badge>
  ) : (
    <Badge tt="none" variant="light">
      <Trans>Valid</Trans>
    </Badge>
  );
}
