/** The link with which an invited person sets a password. It is shown only once. */

import { type Timestamp, timestampDate } from '@bufbuild/protobuf/wkt';
import { Trans, useLingui } from '@lingui/react/macro';
import { Alert, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';

interface InvitationProps {
  token: string;
  expireTime: Timestamp | undefined;
  name: string;
}

export function Invitation({ token, expireTime, name }: InvitationProps) {
  const { t, i18n } = useLingui();
  const { copy, copied, error } = useClipboard({ timeout: 4_000 });
  const link = `${window.location.origin}/invitation#${token}`;
  const until =
    expireTime === undefined
      ? ''
      : new Intl.DateTimeFormat(i18n.locale, { dateStyle: 'full', timeStyle: 'short' }).format(
          timestampDate(expireTime),
        );
  return (
    <Alert variant="light" title={<Trans>Hand this link to {name}</Trans>}>
      <Stack gap="sm">
        <Text>
          <Trans>
            It is shown only now. It opens once, until {until}. Send it only to this person, because the link
            is enough to set the password.
          </Trans>
        </Text>
        <Group align="end" gap="sm">
          <TextInput
            label={t`Invitation link`}
            value={link}
            readOnly
            flex="1 1 240px"
            onFocus={({ currentTarget }) => currentTarget.select()}
          />
          <Button onClick={() => copy(link)}>{copied ? t`Copied` : t`Copy link`}</Button>
        </Group>
        <Text role="status" size="sm">
          {copied && <Trans>The link is in the clipboard.</Trans>}
          {error !== null && (
            <Trans>The browser does not let it be copied. Select the link and copy it.</Trans>
          )}
        </Text>
      </Stack>
    </Alert>
  );
}
