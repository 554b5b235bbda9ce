/** Asks whether a value is meant to be taken back. */
import { Trans } from '@lingui/react/macro';
import { Alert, Button, Group, Stack, Text } from '@mantine/core';

interface Props {
  /** What its period is called. */
  period: string;
  underway: boolean;
  onTakeBack: () => void;
  onCancel: () => void;
}

export function TakingBack({ period, underway, onTakeBack, onCancel }: Props) {
  return (
    <Alert color="yellow" variant="light" role="alert">
      <Stack gap="sm">
        <Text>
          <Trans>Take this value back? {period} is blank again then; zero would be a value.</Trans>
        </Text>
        <Group gap="xs">
          <Button variant="default" loading={underway} onClick={onTakeBack}>
            <Trans>Take it back</Trans>
          </Button>
          {/* The keyboard begins where nothing happens. */}
          <Button variant="default" autoFocus onClick={onCancel}>
            <Trans>Cancel</Trans>
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
