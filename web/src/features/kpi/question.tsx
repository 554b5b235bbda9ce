/** Asks before the person gives something up. */
import { Alert, Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Choice } from '#shared/screens/choice';
import { ignoreHastyFinish } from '#shared/screens/key-burst';

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
  /** The keyboard returns to the form. */
  function endWithNo() {
    onNo();
    ignoreHastyFinish();
  }

  return (
    <Alert color="yellow" variant="light" role="alert">
      <Stack gap="sm">
        <Text>{children}</Text>
        <Group gap="xs">
          <Choice about={about} loading={underway} onClick={onYes}>
            {yes}
          </Choice>
          {/* The focus starts on the harmless answer. */}
          <Choice about={about} autoFocus disabled={underway} onClick={endWithNo}>
            {no}
          </Choice>
        </Group>
      </Stack>
    </Alert>
  );
}
