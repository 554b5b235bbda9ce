/** The heading of a screen, with a link to the screen above it and the actions of the screen. */
import { Group, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { ScreenTitle } from '#shared/screens/screen-title';

interface HeadingProps {
  children: ReactNode;
  /** A link to the screen above. */
  above?: ReactNode;
  /** Content beside the heading, such as a button. */
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
