/** A form that says above itself or beside its fields why it was refused, and leads there. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import { type FormEvent, type ReactNode, useEffect, useRef } from 'react';
import { type Complaints, NO_COMPLAINTS } from './complaints';

interface FormProps {
  children: ReactNode;
  /** What the button says. */
  action: ReactNode;
  pending: boolean;
  complaints: Complaints;
  onSubmit: (fields: Fields) => void;
  /** Shown beside the button once it was done. */
  done?: ReactNode;
  /** Puts what is stored now in place of what is shown, where somebody else changed it. */
  onShowNewest?: () => Promise<void>;
}

export function Form({ children, action, pending, complaints, onSubmit, done, onShowNewest }: FormProps) {
  const { t } = useLingui();
  const form = useRef<HTMLFormElement>(null);
  /** Whether something was written that was not sent, or not taken. */
  const unsaved = useRef(false);

  useBlocker({
    shouldBlockFn: () => unsaved.current && !window.confirm(t`What you wrote here is not saved. Leave it?`),
    enableBeforeUnload: () => unsaved.current,
  });

  useEffect(() => {
    if (complaints === NO_COMPLAINTS) return;
    unsaved.current = true;
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [complaints]);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    unsaved.current = false;
    onSubmit(new Fields(event.currentTarget));
  }

  return (
    <form
      ref={form}
      onSubmit={submit}
      onChange={() => {
        unsaved.current = true;
      }}
      noValidate
    >
      <Stack>
        {complaints.form !== undefined && (
          <Alert color="red" variant="light" role="alert">
            {complaints.form}
            {complaints.stale && onShowNewest !== undefined && (
              <Button variant="default" size="xs" mt="sm" display="block" onClick={() => void onShowNewest()}>
                <Trans>Show what it is now</Trans>
              </Button>
            )}
          </Alert>
        )}
        {children}
        <Group>
          <Button type="submit" loading={pending}>
            {action}
          </Button>
          <Text role="status" className="quiet">
            {done}
          </Text>
        </Group>
      </Stack>
    </form>
  );
}

/** What a form's fields hold, by their names. */
export class Fields {
  readonly #data: FormData;

  constructor(form: HTMLFormElement) {
    this.#data = new FormData(form);
  }

  text(name: string): string {
    const value = this.#data.get(name);
    return typeof value === 'string' ? value : '';
  }

  ticked(name: string): boolean {
    return this.#data.has(name);
  }
}
