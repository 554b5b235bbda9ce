/** Asks before something is given up. */
import { Alert, Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Choice } from '#shared/screens/choice';

interface Props {
  /** Which question it is. */
  about: string;
  children: ReactNode;
  /** What the two answers are called. */
  yes: ReactNode;
  no: ReactNode;
  underway?: boolean;
  onYes: () => void;
  onNo: () => void;
}

export function Question({ about, children, yes, no, underway = false, onYes, onNo }: Props) {
  return (
    <Alert color="yellow" variant="light" role="alert">
      <Stack gap="sm">
        <Text>{children}</Text>
        <Group gap="xs">
          <Choice about={about} loading={underway} onClick={onYes}>
            {yes}
          </Choice>
          {/* The keyboard begins where nothing happens. */}
          <Choice about={about} autoFocus disabled={underway} onClick={onNo}>
            {no}
          </Choice>
        </Group>
      </Stack>
    </Alert>
  );
}
