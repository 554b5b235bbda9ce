/** The frame of the pages on which a person without a session signs in or accepts an invitation. */
import { Group, Paper, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { Appearance } from '#shared/preferences/appearance';
import { LanguageSelect } from '#shared/preferences/language-select';
import { ScreenTitle } from '#shared/screens/screen-title';
import classes from './sign-in-frame.module.css';

export function SignInFrame({ title, children }: { title: ReactNode; children: ReactNode }) {
  return (
    <main className={classes.page}>
      <Stack gap="xl" className={classes.column}>
        <Stack gap="sm" align="center">
          <img src="/icon.svg" alt="" width={44} height={44} />
          <ScreenTitle>{title}</ScreenTitle>
        </Stack>
        <Paper withBorder p="lg" radius="lg">
          {children}
        </Paper>
        <Group grow>
          <LanguageSelect />
          <Appearance />
        </Group>
      </Stack>
    </main>
  );
}
