/** What a cell asks, or why it was refused, and what can be done about it. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { sentenceOf } from '#shared/errors/sentences';
import { formatNumber, type NumberFormat } from '#shared/numbers/formats';
import type { Cell, Question } from './cell';
import type { Row } from './rows';
import type { Sheet } from './sheet';
import { SlipSentence } from './slip-sentence';

interface Props {
  sheet: Sheet;
  row: Row;
  cell: Cell;
  format: NumberFormat;
}

export function CellAnswer({ sheet, row, cell, format }: Props) {
  const { i18n } = useLingui();
  const { state } = cell;
  const id = row.kpi.id;
  if (state.kind === 'refused') {
    return <Answer>{sentenceOf(state.error, i18n)}</Answer>;
  }
  if (state.kind === 'conflict') {
    const theirs = state.theirs?.value;
    const who = state.theirs?.updatedBy?.displayName ?? '';
    return (
      <Answer
        actions={
          <>
            <Choice onClick={() => sheet.restore(id)}>
              <Trans>Keep theirs</Trans>
            </Choice>
            <Choice onClick={() => sheet.insist(id)}>
              <Trans>Take mine</Trans>
            </Choice>
          </>
        }
      >
        {theirs === undefined ? (
          <Trans>
            {who} has taken this value back in the meantime. You entered {cell.text}.
          </Trans>
        ) : (
          <Trans>
            {who} has entered {formatNumber(theirs, format)} in the meantime. You entered {cell.text}.
          </Trans>
        )}
      </Answer>
    );
  }
  if (state.kind !== 'asking') return null;
  return <Asked question={state.question} {...{ sheet, row, cell, format }} />;
}

function Asked({ question, sheet, row, cell, format }: Props & { question: Question }) {
  const id = row.kpi.id;
  switch (question.kind) {
    case 'unreadable':
      return (
        <Answer>
          <Trans>“{cell.text}” is not a number that can be read here.</Trans>
        </Answer>
      );
    case 'ambiguous':
      return (
        <Answer
          actions={question.values.map((value) => (
            <Choice key={value} onClick={() => sheet.choose(id, value)}>
              {plainly(value, format)}
            </Choice>
          ))}
        >
          <Trans>“{cell.text}” can be read in two ways. Which is it?</Trans>
        </Answer>
      );
    case 'retract':
      return (
        <Answer actions={<YesOrNo sheet={sheet} id={id} yes={<Trans>Take it back</Trans>} />}>
          <Trans>Take this value back? The month is blank again then; zero would be a value.</Trans>
        </Answer>
      );
    case 'slip':
      return (
        <Answer actions={<YesOrNo sheet={sheet} id={id} yes={<Trans>It is right</Trans>} />}>
          <SlipSentence slip={question.slip} format={format} />
        </Answer>
      );
  }
}

function YesOrNo({ sheet, id, yes }: { sheet: Sheet; id: string; yes: ReactNode }) {
  return (
    <>
      <Choice onClick={() => sheet.confirm(id)}>{yes}</Choice>
      <Choice onClick={() => sheet.restore(id)}>
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

function Choice({ children, onClick }: { children: ReactNode; onClick: () => void }) {
  return (
    <Button size="compact-sm" variant="default" onClick={onClick}>
      {children}
    </Button>
  );
}

/** A thousand without its separator, which might be taken for a decimal sign again. */
function plainly(value: number, format: NumberFormat): string {
  return Number.isInteger(value) ? String(value) : formatNumber(value, format);
}
