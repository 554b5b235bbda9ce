/** Asks before the person gives something up. */
import { Alert, Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Choice } from '#shared/screens/choice';

interface Props {
  /** Identifies the question: another question gets its own time to be read. */
  about: string;
  children: ReactNode;
  /** The texts of the two answers. */
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
          {/* The focus starts on the harmless answer. */}
          <Choice about={about} autoFocus disabled={underway} onClick={onNo}>
            {no}
          </Choice>
        </Group>
      </Stack>
    </Alert>
  );
}
