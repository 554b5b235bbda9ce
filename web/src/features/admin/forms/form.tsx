/** A form that shows refusals above itself or beside its fields, and focuses the first invalid field. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { type FormEvent, type ReactNode, useEffect, useRef } from 'react';
import { usePageGuard } from '#shared/unsaved/page-guard';
import { type Complaints, NO_COMPLAINTS } from './complaints';
import { isWritingBeside } from './writing';

interface FormProps {
  children: ReactNode;
  /** The text of the submit button. */
  action: ReactNode;
  pending: boolean;
  complaints: Complaints;
  /** `isAsSent` later tells whether the form is unchanged since it was sent. */
  onSubmit: (fields: Fields, isAsSent: () => boolean) => void;
  /** Returns whether it asks a question first. The answer yes calls `submit`. */
  ask?: (fields: Fields, submit: () => void) => boolean;
  /** Shown beside the button after a success. */
  done?: ReactNode;
  /** Shows the stored version after another person changed it. */
  onShowNewest?: () => Promise<void>;
}

export function Form({
  children,
  action,
  pending,
  complaints,
  onSubmit,
  ask,
  done,
  onShowNewest,
}: FormProps) {
  const { t } = useLingui();
  const form = useRef<HTMLFormElement>(null);
  /** Whether the form has input that was not sent, or that was refused. */
  const unsaved = useRef(false);

  // A request that is in progress may still be refused.
  usePageGuard(() => unsaved.current || pending, t`What you wrote here is not saved. Leave it?`);

  useEffect(() => {
    if (complaints === NO_COMPLAINTS) return;
    const isWritingOn = unsaved.current || isWritingBeside(form.current);
    unsaved.current = true;
    if (!isWritingOn) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [complaints]);

  /** Resets all forms of the page. */
  function showNewest() {
    const question = t`What you wrote on this page is discarded then. Show what it is now?`;
    if (window.confirm(question)) void onShowNewest?.();
  }

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const fields = new Fields(event.currentTarget);
    if (ask?.(fields, () => form.current?.requestSubmit())) return;
    unsaved.current = false;
    onSubmit(fields, () => !unsaved.current);
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
              <Button variant="default" size="xs" mt="sm" display="block" onClick={showNewest}>
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

/** The values of a form's fields, by field name. */
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
