/** The heading of a screen, with what it is below of and what can be done there. */
import { Group, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { ScreenTitle } from '#shared/screens/screen-title';

interface HeadingProps {
  children: ReactNode;
  /** A link to where one came from. */
  above?: ReactNode;
  /** What stands beside the heading. */
  beside?: ReactNode;
}

export function Heading({ children, above, beside }: HeadingProps) {
  return (
    <Stack gap={4} mb="md">
      {above}
      <Group justify="space-between" gap="sm">
        <ScreenTitle>{children}</ScreenTitle>
        {beside}
      </Group>
    </Stack>
  );
}
