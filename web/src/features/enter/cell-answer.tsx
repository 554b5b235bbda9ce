/** The question of a cell or the reason of its refusal, with the possible answers. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { KpiValue } from '#gen/kreis/kpi/v1/kpi_pb';
import { sentenceOf } from '#shared/errors/sentences';
import { formatNumber, type NumberFormat } from '#shared/numbers/formats';
import { SlipSentence } from '#shared/numbers/slip-sentence';
import { UnitSentence } from '#shared/numbers/unit-sentence';
import { type Mine, MineSentence } from '#shared/values/mine-sentence';
import type { Change } from '#shared/values/value-change';
import { type Cell, isBlank, isMarked, type Question } from './cell';
import { Choice, plainly } from './choice';
import type { Row } from './rows';
import type { Sheet } from './sheet';

interface Props {
  sheet: Sheet;
  row: Row;
  cell: Cell;
  format: NumberFormat;
  /** Returns the focus to the row, which takes another number. */
  onGivenUp: () => void;
  /** Returns the focus to the row, which is done: the next number is meant for another row. */
  onDecided: () => void;
}

export function CellAnswer({ sheet, row, cell, format, onGivenUp, onDecided }: Props) {
  const { i18n } = useLingui();
  const { state } = cell;
  const id = row.kpi.id;

  /** Moves the focus first, because the pressed button disappears with its question. */
  function giveUp() {
    onGivenUp();
    sheet.restore(id);
  }

  function decide(deed: () => void) {
    onDecided();
    deed();
  }

  if (state.kind === 'refused') {
    return <Answer>{sentenceOf(state.error, i18n)}</Answer>;
  }
  if (state.kind === 'conflict') {
    return (
      <Answer
        key={state.shown.number}
        actions={
          <>
            <Choice onClick={() => decide(() => sheet.restore(id))}>
              <Trans>Keep theirs</Trans>
            </Choice>
            {canInsist(state.change, state.theirs) && (
              <Choice onClick={() => decide(() => sheet.insist(id))}>
                <Trans>Take mine</Trans>
              </Choice>
            )}
          </>
        }
      >
        <Theirs theirs={state.theirs} format={format} />{' '}
        <MineSentence mine={mineOf(state.change, cell.written?.text, format)} />
      </Answer>
    );
  }
  if (state.kind !== 'asking') return null;
  // A new key for each question: its buttons accept a press only after the person had time to read it.
  return (
    <Asked
      key={state.shown.number}
      question={state.question}
      {...{ sheet, row, cell, format, giveUp, decide }}
    />
  );
}

/** A mark cannot replace a number, and a comment needs a number. */
function canInsist({ kind }: Change, theirs: KpiValue | undefined): boolean {
  return kind === 'mark' ? isBlank(theirs) : kind !== 'comment' || !isBlank(theirs);
}

function Theirs({ theirs, format }: { theirs: KpiValue | undefined; format: NumberFormat }) {
  const who = theirs?.updatedBy?.displayName ?? '';
  if (theirs?.value !== undefined) {
    const number = formatNumber(theirs.value, format);
    return theirs.comment === '' ? (
      <Trans>
        {who} has entered {number} in the meantime.
      </Trans>
    ) : (
      // The comment may be older than the number, and from a third person.
      <Trans>
        {who} has entered {number} in the meantime. The comment on it: “{theirs.comment}”.
      </Trans>
    );
  }
  if (isMarked(theirs)) return <Trans>{who} has said in the meantime that there is nothing to report.</Trans>;
  if (theirs === undefined) return <Trans>This value was taken back in the meantime.</Trans>;
  return <Trans>{who} has taken this value back in the meantime.</Trans>;
}

/** `text` is absent if an undo set the number that the cell had already. */
function mineOf(change: Change, text: string | undefined, format: NumberFormat): Mine {
  switch (change.kind) {
    case 'mark':
    case 'retract':
      return { kind: change.kind };
    case 'comment':
      return { kind: 'comment', comment: change.comment };
    default:
      return { kind: 'number', text: text ?? formatNumber(change.value, format) };
  }
}

interface Asking extends Omit<Props, 'onGivenUp' | 'onDecided'> {
  question: Question;
  giveUp: () => void;
  decide: (deed: () => void) => void;
}

function Asked({ question, sheet, row, cell, format, giveUp, decide }: Asking) {
  const id = row.kpi.id;
  const yesOrNo = { onYes: () => decide(() => sheet.confirm(id)), onNo: giveUp };
  switch (question.kind) {
    case 'unreadable':
      return (
        <Answer>
          <Trans>“{cell.written?.text}” is not a number that can be read here.</Trans>
        </Answer>
      );
    case 'ambiguous':
      return (
        <Answer
          actions={question.values.map((value) => (
            <Choice key={value} onClick={() => decide(() => sheet.choose(id, value))}>
              {plainly(value, format)}
            </Choice>
          ))}
        >
          <Trans>“{cell.written?.text}” can be read in two ways. Which is it?</Trans>
        </Answer>
      );
    case 'retract':
      return (
        <Answer actions={<YesOrNo {...yesOrNo} yes={<Trans>Take it back</Trans>} />}>
          <Trans>Take this value back? The month is blank again then; zero would be a value.</Trans>
        </Answer>
      );
    case 'slip':
      return (
        <Answer actions={<YesOrNo {...yesOrNo} yes={<Trans>It is right</Trans>} />}>
          <SlipSentence slip={question.slip} format={format} />
        </Answer>
      );
    case 'unit':
      return (
        <Answer actions={<YesOrNo {...yesOrNo} yes={<Trans>It is right</Trans>} />}>
          <UnitSentence {...question} format={format} />
        </Answer>
      );
  }
}

interface YesOrNoProps {
  yes: ReactNode;
  onYes: () => void;
  onNo: () => void;
}

function YesOrNo({ yes, onYes, onNo }: YesOrNoProps) {
  return (
    <>
      <Choice onClick={onYes}>{yes}</Choice>
      <Choice onClick={onNo}>
        <Trans>Undo</Trans>
      </Choice>
    </>
  );
}

function Answer({ children, actions }: { children: ReactNode; actions?: ReactNode }) {
  return (
    <Group gap="sm" role="alert">
      <Text size="sm">{children}</Text>
      {actions}
    </Group>
  );
}
