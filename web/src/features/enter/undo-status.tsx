/** Says what was pasted, undone or redone, as long as it is true. */
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Text } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import { formatNumber, type NumberFormat } from '#shared/numbers/formats';
import { isOpen } from './cell';
import { Choice } from './choice';
import { type Content, isSameContent, saysNothing } from './content';
import type { Sheet } from './sheet';
import { canTakeBack, type Taken } from './steps';
import type { Entry, Step } from './undo-history';

export type Done = Taken | { kind: 'pasted'; step: Step } | { kind: 'nothing'; to: 'undo' | 'redo' };

interface Props {
  sheet: Sheet;
  done: Done | undefined;
  nameOf: (kpiId: string) => string;
  format: NumberFormat;
  onTakeBack: (step: Step) => void;
}

export function UndoStatus({ sheet, done, nameOf, format, onTakeBack }: Props) {
  useSyncExternalStore(sheet.watch, () => sheet.version);
  const current = done !== undefined && isCurrent(done, sheet) ? done : undefined;
  return (
    <Text role="status" size="sm">
      {current !== undefined && <Sentence done={current} nameOf={nameOf} format={format} />}{' '}
      {current?.kind === 'pasted' && canTakeBack(sheet, current.step) && (
        <Choice onClick={() => onTakeBack(current.step)}>
          <Trans>Undo</Trans>
        </Choice>
      )}
    </Text>
  );
}

/** Whether the message is still true. */
function isCurrent(done: Done, sheet: Sheet): boolean {
  const { history } = sheet;
  switch (done.kind) {
    case 'pasted':
      return history.isLastOfItsCells(done.step) && done.step.every((entry) => holds(sheet, entry, 'after'));
    case 'redone':
      return history.last === done.step && done.step.every((entry) => holds(sheet, entry, 'after'));
    case 'undone':
      return history.next === done.step && done.step.every((entry) => holds(sheet, entry, 'before'));
    case 'text':
      return sheet.has(done.kpiId) && !isOpen(sheet.cell(done.kpiId));
    case 'nothing':
      return (done.to === 'undo' ? history.last : history.next) === undefined;
  }
}

/** False if another person has changed the value since. */
function holds(sheet: Sheet, { kpiId, ...entry }: Entry, side: 'before' | 'after'): boolean {
  return isSameContent(sheet.meant(kpiId), entry[side]);
}

function Sentence({ done, nameOf, format }: { done: Done } & Pick<Props, 'nameOf' | 'format'>) {
  switch (done.kind) {
    case 'pasted':
      return <Plural value={done.step.length} one="# value was pasted." other="# values were pasted." />;
    case 'undone':
      return <Undone step={done.step} {...{ nameOf, format }} />;
    case 'redone':
      return <Redone step={done.step} {...{ nameOf, format }} />;
    case 'text': {
      const name = nameOf(done.kpiId);
      return <Trans>Undone: what was typed for “{name}” is gone.</Trans>;
    }
    case 'nothing':
      return done.to === 'undo' ? (
        <Trans>There is nothing to undo.</Trans>
      ) : (
        <Trans>There is nothing to redo.</Trans>
      );
  }
}

interface StepProps extends Pick<Props, 'nameOf' | 'format'> {
  step: Step;
}

function Undone({ step, nameOf, format }: StepProps) {
  const wordsFor = useWordsFor(format);
  const [only, ...others] = step;
  if (only === undefined || others.length > 0) {
    return (
      <Plural
        value={step.length}
        one="Undone: # value is as it was before."
        other="Undone: # values are as they were before."
      />
    );
  }
  const name = nameOf(only.kpiId);
  if (isAboutComment(only)) return <Trans>Undone: the comment to “{name}” is as it was before.</Trans>;
  const content = wordsFor(only.before);
  return (
    <Trans>
      Undone: “{name}” is {content} again.
    </Trans>
  );
}

function Redone({ step, nameOf, format }: StepProps) {
  const wordsFor = useWordsFor(format);
  const [only, ...others] = step;
  if (only === undefined || others.length > 0) {
    return <Plural value={step.length} one="Redone: # value." other="Redone: # values." />;
  }
  const name = nameOf(only.kpiId);
  if (isAboutComment(only)) return <Trans>Redone: the comment to “{name}”.</Trans>;
  const content = wordsFor(only.after);
  return (
    <Trans>
      Redone: “{name}” is {content}.
    </Trans>
  );
}

function isAboutComment({ before, after }: Entry): boolean {
  return before.number !== undefined && before.number === after.number;
}

function useWordsFor(format: NumberFormat): (content: Content) => string {
  const { t } = useLingui();
  return (content) => {
    if (content.number !== undefined) return formatNumber(content.number, format);
    return saysNothing(content) ? t`nothing to report` : t`blank`;
  };
}
