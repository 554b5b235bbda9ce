/** The sheet on which somebody without a session signs in or begins. */
import { Group, Paper, Stack, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Appearance } from '#shared/reading/appearance';
import { LanguageSelect } from '#shared/reading/language-select';
import classes from './door.module.css';

export function Door({ title, children }: { title: ReactNode; children: ReactNode }) {
  return (
    <main className={classes.page}>
      <Stack gap="xl" className={classes.column}>
        <Stack gap="sm" align="center">
          <img src="/icon.svg" alt="" width={44} height={44} />
          <Title order={1} size="h2">
            {title}
          </Title>
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
