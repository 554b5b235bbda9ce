/** The providers that every screen needs: translations, theme, server calls, cache and router. */
import { TransportProvider } from '@connectrpc/connect-query';
import { i18n } from '@lingui/core';
import { I18nProvider, type TransRenderProps } from '@lingui/react';
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { cache } from '#shared/rpc/cache';
import { publicTransport } from '#shared/rpc/public-transport';
import { router } from './router';
import { theme } from './theme';

export function App() {
  return (
    <I18nProvider i18n={i18n} defaultComponent={Sentence}>
      <MantineProvider theme={theme} defaultColorScheme="auto">
        <TransportProvider transport={publicTransport}>
          <QueryClientProvider client={cache}>
            <RouterProvider router={router} />
          </QueryClientProvider>
        </TransportProvider>
      </MantineProvider>
    </I18nProvider>
  );
}

/**
 * Gives each sentence an element of its own. A browser that translates the page replaces its texts, and React
 * can then remove or change an element, but no text beside others.
 */
function Sentence({ children }: TransRenderProps) {
  return <span>{children}</span>;
}
