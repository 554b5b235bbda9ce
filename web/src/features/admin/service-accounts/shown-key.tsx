/** A new key of a service account. It is shown only once. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Alert, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';

export function ShownKey({ value }: { value: string }) {
  const { t } = useLingui();
  const { copy, copied, error } = useClipboard({ timeout: 4_000 });
  return (
    <Alert variant="light" title={<Trans>Give this key to the program</Trans>}>
      <Stack gap="sm">
        <Text>
          <Trans>
            It is shown only now. Whoever has it can do what the service account may do. Keep it where the
            program keeps its other secrets, in KREIS_SERVICE_KEY_FILE for kreis import.
          </Trans>
        </Text>
        <Group align="end" gap="sm">
          <TextInput
            label={t`Key`}
            value={value}
            readOnly
            flex="1 1 240px"
            onFocus={({ currentTarget }) => currentTarget.select()}
          />
          <Button onClick={() => copy(value)}>{copied ? t`Copied` : t`Copy key`}</Button>
        </Group>
        <Text role="status" size="sm">
          {copied && <Trans>The key is in the clipboard.</Trans>}
          {error !== null && (
            <Trans>The browser does not let it be copied. Select the key and copy it.</Trans>
          )}
        </Text>
      </Stack>
    </Alert>
  );
}
