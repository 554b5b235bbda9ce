/** With which browser or program, and from which address. Nothing if neither is known. */
import { Text } from '@mantine/core';
import type { SignIn } from '#gen/kreis/auth/v1/sign_in_log_service_pb';
import { browserName } from '#shared/open-sessions/browser-name';
import classes from './device.module.css';

export function Device({ entry: { userAgent, address } }: { entry: SignIn }) {
  const known = [browserName(userAgent) ?? userAgent, address].filter((text) => text !== '');
  if (known.length === 0) return null;
  return (
    <Text size="sm" className={`quiet ${classes.device}`}>
      {known.join(' · ')}
    </Text>
  );
}
