/** A link for each provider of single sign-on. */
import { Trans } from '@lingui/react/macro';
import { Button, Stack } from '@mantine/core';
import { Link, useLocation } from '@tanstack/react-router';
import { useSignInOptions } from '#shared/session/sign-in-options';

/** In a new tab, the page that asks for the sign-in stays as it is. */
export function Providers({ newTab = false }: { newTab?: boolean }) {
  const { providers } = useSignInOptions();
  const from = useLocation({ select: ({ href }) => href });
  if (providers.length === 0) return null;
  return (
    <Stack mt="md" gap="sm">
      {providers.map(({ name, label }) => (
        <Button
          key={name}
          renderRoot={(props) => (
            <Link
              {...props}
              to="/sign-in/with/$provider"
              params={{ provider: name }}
              search={newTab ? {} : { from }}
              preload={false}
              {...(newTab && { target: '_blank' })}
            />
          )}
          variant="default"
          size="md"
        >
          <Trans>Sign in with {label}</Trans>
        </Button>
      ))}
    </Stack>
  );
}
