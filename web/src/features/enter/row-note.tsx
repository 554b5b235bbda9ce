/** Below a row: the comment to its number, or the reason for nothing to report. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Group, Stack, Text } from '@mantine/core';
import { type KeyboardEvent, useId, useRef, useState } from 'react';
import type { KpiValue } from '#gen/kreis/kpi/v1/kpi_pb';
import { LONGEST_COMMENT } from '#shared/kpis/longest-texts';
import { isHeldEnter } from '#shared/screens/held-enter';
import { lengthFault } from '#shared/texts/length';
import { type Cell, canSaveNote, hasUnsavedNote, isBlank, isMarked, isSettled } from './cell';
import { Choice } from './choice';
import classes from './grid.module.css';
import type { Sheet } from './sheet';

interface Props {
  sheet: Sheet;
  kpiId: string;
  /** Id of the KPI's name on the page. */
  namedBy: string;
  cell: Cell;
  /** Set if the person asked for the note; not set for a note that was open before a reload. */
  autoFocus: boolean;
  onOpen: () => void;
  /** Returns the focus to the row, which takes a number in place of the mark. */
  onTakenBack: () => void;
  /** Returns the focus to the row, which is done: the next number is meant for another row. */
  onClose: () => void;
}

/** Whether to show a note below the row. A conflict is shown first. */
export function hasNote({ note, state, value }: Cell): boolean {
  return state.kind !== 'conflict' && (note !== undefined || hasSaidNote(value));
}

export function hasSaidNote(value: KpiValue | undefined): boolean {
  return isMarked(value) || (value !== undefined && value.comment !== '');
}

export function RowNote(props: Props) {
  const { sheet, kpiId, namedBy, cell, onOpen, onTakenBack } = props;
  if (cell.note !== undefined) return <NoteEditor {...props} note={cell.note} />;
  const version = cell.value?.etag ?? '';
  return (
    <Group gap="sm" role="group" aria-labelledby={namedBy}>
      <Text size="sm" className={classes.note}>
        {isMarked(cell.value) ? <Trans>Nothing to report: {cell.value?.comment}</Trans> : cell.value?.comment}
      </Text>
      {isSettled(cell) && (
        <Choice about={version} onClick={onOpen}>
          <Trans>Change …</Trans>
        </Choice>
      )}
      {isSettled(cell) && isMarked(cell.value) && (
        <Choice
          about={version}
          onClick={() => {
            sheet.takeBack(kpiId);
            onTakenBack();
          }}
        >
          <Trans>Take it back</Trans>
        </Choice>
      )}
    </Group>
  );
}

function NoteEditor(props: Props & { note: string }) {
  const { sheet, kpiId, namedBy, cell, note, autoFocus, onClose } = props;
  const { i18n } = useLingui();
  const field = useRef<HTMLTextAreaElement>(null);
  /** Whether the person is asked to discard the text. */
  const [isAsked, setIsAsked] = useState(false);
  const faultId = useId();
  const canSave = canSaveNote(cell);
  const fault = lengthFault(note, LONGEST_COMMENT, i18n);

  function save() {
    if (!canSave) return;
    sheet.saveNote(kpiId);
    onClose();
  }

  function close() {
    sheet.closeNote(kpiId);
    onClose();
  }

  /** Asks before it discards a text. The second time, the person goes on writing. */
  function cancel() {
    if (!hasUnsavedNote(cell)) return close();
    setIsAsked(!isAsked);
    field.current?.focus();
  }

  function write(text: string) {
    setIsAsked(false);
    sheet.writeNote(kpiId, text);
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing || isHeldEnter(event)) return;
    if (event.key === 'Escape' && !event.repeat) cancel();
    else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) save();
    else return;
    event.preventDefault();
  }

  return (
    <Stack gap="xs" className={classes.editor} role="group" aria-labelledby={namedBy}>
      <label className={classes.noteLabel}>
        {isBlank(cell.value) && cell.written === undefined ? (
          <Trans>Why is there nothing to report?</Trans>
        ) : (
          <Trans>Comment</Trans>
        )}
        <textarea
          ref={field}
          className={classes.noteText}
          value={note}
          onChange={({ currentTarget: { value } }) => write(value)}
          onKeyDown={onKeyDown}
          aria-invalid={fault !== undefined}
          aria-describedby={fault === undefined ? undefined : faultId}
          rows={2}
          // biome-ignore lint/a11y/noAutofocus: the person has just asked to write
          autoFocus={autoFocus}
        />
      </label>
      {fault !== undefined && (
        <Text size="sm" role="status" id={faultId} className={classes.attention}>
          {fault}
        </Text>
      )}
      {isAsked ? (
        <Group gap="sm" role="alert">
          <Text size="sm">
            <Trans>Discard what you wrote here?</Trans>
          </Text>
          <Choice onClick={close}>
            <Trans>Discard</Trans>
          </Choice>
          <Choice onClick={cancel}>
            <Trans>Keep writing</Trans>
          </Choice>
        </Group>
      ) : (
        <Group gap="sm">
          <Button size="compact-sm" disabled={!canSave} onClick={save}>
            <Trans>Save</Trans>
          </Button>
          <Button size="compact-sm" variant="default" onClick={cancel}>
            <Trans>Cancel</Trans>
          </Button>
        </Group>
      )}
    </Stack>
  );
}
