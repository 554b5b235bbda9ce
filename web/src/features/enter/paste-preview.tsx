/** Shows what a paste would do, before anything of it is sent. */
import { Plural, Trans } from '@lingui/react/macro';
import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { type KeyboardEvent, useEffect, useId, useState, useSyncExternalStore } from 'react';
import { formatNumber, type NumberFormat } from '#shared/numbers/formats';
import { useMovedControls } from '#shared/screens/moved-controls';
import { couldBeRead, useShown } from '#shared/screens/read-ms';
import { Choice, plainly } from './choice';
import type { Held } from './held-paste';
import { NOTHING_SAID, readPaste } from './paste';
import { PasteComment } from './paste-comment';
import {
  ambiguousOf,
  type Before,
  type Context,
  formatFor,
  leaveOut,
  NO_ANSWERS,
  numbersOf,
  openQuestions,
  type PlannedLine,
  planPaste,
  repeatsLast,
  sayRight,
  sayTheseCircles,
} from './paste-plan';
import classes from './paste-preview.module.css';
import type { Sheet } from './sheet';

interface Props {
  sheet: Sheet;
  held: Held;
  context: Context;
  format: NumberFormat;
  onApply: (numbers: ReadonlyMap<string, number>) => void;
  onCancel: () => void;
}

export function PastePreview({ sheet, held, context, format, onApply, onCancel }: Props) {
  useSyncExternalStore(sheet.watch, () => sheet.version);
  const id = useId();
  // A notice may appear above the preview.
  const { area: panel, ...handlers } = useMovedControls<HTMLElement>();
  const [said, setSaid] = useState(NOTHING_SAID);
  const [answers, setAnswers] = useState(NO_ANSWERS);
  /** When these lines appeared (`performance.now()`). */
  const [{ since, lines }, setLines] = useState(() => ({ since: performance.now(), lines: '' }));
  const shown = useShown(since);
  // A person who types in another row meanwhile keeps the keyboard.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the ref of the panel stays the same
  useEffect(() => {
    if (!held.isLate) panel.current?.focus();
  }, [held]);
  // The button that had the focus may have disappeared with its line.
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs whenever the lines change
  useEffect(() => {
    if (document.activeElement === document.body) panel.current?.focus();
  }, [since]);

  const paste = readPaste(held.text, held.place, said);
  if (paste.kind !== 'lines') return null;
  const planned = planPaste(paste.lines, paste.named, answers, context);
  const numbers = numbersOf(planned);
  const open = openQuestions(planned);
  const over = planned.filter(({ plan }) => plan.kind === 'over').length;
  const filled = planned.filter(({ plan }) => plan.kind === 'new').length;
  const blank = planned.filter(isBlankLine).length;
  const ambiguous = ambiguousOf(planned);
  // Changed lines need a new time to read, whether an answer or the server has changed them.
  const linesNow = JSON.stringify(planned.map(readable));
  if (linesNow !== lines) setLines({ since: performance.now(), lines: linesNow });

  /** Moves the focus first, because the pressed button disappears with its question. */
  function answer(deed: () => void) {
    panel.current?.focus();
    setLines({ since: performance.now(), lines });
    deed();
  }

  function apply() {
    // An earlier press was not meant for these lines.
    if (open > 0 || numbers.size === 0 || !couldBeRead(shown.current)) return;
    onApply(numbers);
  }

  function onKeyDown(event: KeyboardEvent) {
    // Enter is no answer here: people press it after every paste into a spreadsheet.
    if (event.key !== 'Escape') return;
    onCancel();
    event.preventDefault();
  }

  return (
    <section
      ref={panel}
      role="dialog"
      tabIndex={-1}
      aria-labelledby={`${id}title`}
      aria-describedby={`${id}summary`}
      className={classes.preview}
      onKeyDown={onKeyDown}
      {...handlers}
    >
      <Stack gap="sm">
        <Title order={2} size="h4" id={`${id}title`}>
          <Trans>Check before pasting</Trans>
        </Title>
        <Text size="sm" id={`${id}summary`}>
          <Trans>Nothing is saved yet.</Trans>{' '}
          <Plural value={filled + over} one="# value would be entered." other="# values would be entered." />{' '}
          {over > 0 && (
            <Plural
              value={over}
              one="# of them takes the place of what is there."
              other="# of them take the place of what is there."
            />
          )}
          {repeatsLast(planned) && (
            <Trans>
              Each number is the last value of its row once more. Cancel if they are for another month.
            </Trans>
          )}
        </Text>
        {ambiguous[0] !== undefined && (
          <Ambiguous
            key={since}
            count={ambiguous.length}
            first={ambiguous[0]}
            format={format}
            onChoose={(value) => {
              const chosen = ambiguous[0] && formatFor(ambiguous[0], value);
              if (chosen !== undefined) answer(() => setAnswers({ ...answers, format: chosen }));
            }}
          />
        )}
        <table className={classes.lines}>
          <thead>
            <tr>
              <th scope="col">KPI</th>
              <th scope="col" className={classes.figure}>
                <Trans>Until now</Trans>
              </th>
              <th scope="col" className={classes.figure}>
                <Trans>New</Trans>
              </th>
              <th scope="col">
                <Trans>State</Trans>
              </th>
            </tr>
          </thead>
          <tbody key={since}>
            {planned
              .filter((line) => !isBlankLine(line))
              .map((line) => (
                <tr key={line.number}>
                  <th scope="row">
                    <Trans>Line {line.number}</Trans>: {nameOf(line)}
                  </th>
                  <td className={classes.figure}>
                    {'before' in line.plan ? <UntilNow before={line.plan.before} format={format} /> : '–'}
                  </td>
                  <td className={classes.figure}>
                    {'value' in line.plan ? formatNumber(line.plan.value, format) : line.text}
                  </td>
                  <td>
                    <PasteComment
                      line={line}
                      month={held.place.month}
                      format={format}
                      onRight={() => answer(() => setAnswers(sayRight(answers, line)))}
                      onLeaveOut={() => answer(() => setAnswers(leaveOut(answers, line)))}
                      onHeading={() =>
                        answer(() => setSaid({ ...said, doubtful: [...said.doubtful, 'heading'] }))
                      }
                      onValue={() =>
                        answer(() => setSaid({ ...said, doubtful: [...said.doubtful, 'value'] }))
                      }
                      onSum={() => answer(() => setSaid({ ...said, sums: [...said.sums, line.number] }))}
                      onThisMonth={() => answer(() => setAnswers({ ...answers, thisMonth: true }))}
                      onTheseCircles={() => answer(() => setAnswers(sayTheseCircles(answers, line)))}
                    />
                  </td>
                </tr>
              ))}
          </tbody>
        </table>
        {blank > 0 && (
          <Text size="sm">
            {paste.named ? (
              <Plural value={blank} one="# blank line is left out." other="# blank lines are left out." />
            ) : (
              <Plural
                value={blank}
                one="# blank line leaves its row as it is."
                other="# blank lines leave their rows as they are."
              />
            )}
          </Text>
        )}
        <Group gap="sm">
          <Button size="compact-md" disabled={open > 0 || numbers.size === 0} onClick={apply}>
            <Trans>Apply</Trans>
          </Button>
          <Button size="compact-md" variant="default" onClick={onCancel}>
            <Trans>Cancel</Trans>
          </Button>
          {open > 0 && (
            <Text size="sm" className={classes.open}>
              <Plural
                value={open}
                one="Answer # question first, or leave its line out."
                other="Answer # questions first, or leave their lines out."
              />
            </Text>
          )}
        </Group>
      </Stack>
    </section>
  );
}

interface AmbiguousProps {
  count: number;
  first: { text: string; values: number[] };
  format: NumberFormat;
  onChoose: (value: number) => void;
}

/** Asks once for the whole paste, because all its numbers have one format. */
function Ambiguous({ count, first, format, onChoose }: AmbiguousProps) {
  return (
    <Group gap="sm" role="alert">
      <Text size="sm">
        {count === 1 ? (
          <Trans>“{first.text}” can be read in two ways. Which is it?</Trans>
        ) : (
          <Trans>
            {count} pasted values can be read in two ways. What is “{first.text}”? The answer holds for all of
            them.
          </Trans>
        )}
      </Text>
      {first.values.map((value) => (
        <Choice key={value} onClick={() => onChoose(value)}>
          {plainly(value, format)}
        </Choice>
      ))}
    </Group>
  );
}

function UntilNow({ before: { text, number, nothing }, format }: { before: Before; format: NumberFormat }) {
  if (text === undefined) return <Stored number={number} nothing={nothing} format={format} />;
  const typed = <Trans>“{text}”, not saved yet</Trans>;
  const isSame = number === undefined ? !nothing : formatNumber(number, format) === text;
  if (isSame) return typed;
  // The stored content may be of another person, with whom the text is at odds.
  return (
    <>
      <Stored number={number} nothing={nothing} format={format} />; {typed}
    </>
  );
}

function Stored({ number, nothing, format }: Omit<Before, 'text'> & { format: NumberFormat }) {
  if (number !== undefined) return formatNumber(number, format);
  return nothing ? <Trans>nothing to report</Trans> : '–';
}

/** The parts of a line that the person can read. */
function readable({ number, plan, ...line }: PlannedLine): unknown {
  const { row, ...shown } = 'row' in plan ? plan : { ...plan, row: undefined };
  return [number, nameOf({ number, plan, ...line }), row?.kpi.unit, shown];
}

function nameOf({ plan, name, text }: PlannedLine): string {
  if ('row' in plan) return plan.row.kpi.name;
  if (plan.kind === 'skipped' && plan.why.kind === 'gone') return plan.why.name;
  return name === '' ? text : name;
}

function isBlankLine({ plan, name }: PlannedLine): boolean {
  return plan.kind === 'skipped' && plan.why.kind === 'blank' && name === '';
}
