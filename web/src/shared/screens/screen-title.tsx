/** The heading that says which screen this is, in the page and in the tab's title. */
import { Title } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';

export function ScreenTitle({ children }: { children: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);

  // After each drawing: the language or the name may be another one.
  useEffect(() => {
    document.title = `${heading.current?.textContent} – kreis`;
  });

  return (
    <Title order={1} size="h2" ref={heading}>
      {children}
    </Title>
  );
}
