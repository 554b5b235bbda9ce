/** Asks before something is given up. */
import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';

interface Props {
  children: ReactNode;
  /** What the two answers are called. */
  yes: ReactNode;
  no: ReactNode;
  underway?: boolean;
  onYes: () => void;
  onNo: () => void;
}

export function Question({ children, yes, no, underway = false, onYes, onNo }: Props) {
  return (
    <Alert color="yellow" variant="light" role="alert">
      <Stack gap="sm">
        <Text>{children}</Text>
        <Group gap="xs">
          <Button variant="default" loading={underway} onClick={onYes}>
            {yes}
          </Button>
          {/* The keyboard begins where nothing happens. */}
          <Button variant="default" autoFocus disabled={underway} onClick={onNo}>
            {no}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
