/** The form to correct or to retract a value, beside its recent changes. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Alert, Button, Group, Stack, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useRef, useState } from 'react';
import type { Kpi, Unit } from '#gen/kreis/kpi/v1/kpi_pb';
import { unitNow } from '#shared/errors/unit-now';
import { randomId } from '#shared/ids/random-id';
import { LONGEST_COMMENT } from '#shared/kpis/longest-texts';
import { formatNumber, useNumberFormat } from '#shared/numbers/formats';
import type { Reading } from '#shared/numbers/reading';
import { SlipSentence } from '#shared/numbers/slip-sentence';
import { likelySlip, type Slip, type Surroundings } from '#shared/numbers/slips';
import { UnitSentence } from '#shared/numbers/unit-sentence';
import { adornmentOf } from '#shared/numbers/units';
import { isFromElsewhere, readWritten, type Written, writtenOf, writtenOver } from '#shared/numbers/written';
import { useRequestId } from '#shared/rpc/request-id';
import { couldBeRead, useShown } from '#shared/screens/read-ms';
import { excessOf, lengthFault } from '#shared/texts/length';
import { isOvertaken } from '#shared/values/value-change';
import { BothVersions, useTheirs } from './both-versions';
import type { CorrectionDraft } from './correction-drafts';
import classes from './kpi.module.css';
import { NotSaved } from './not-saved';
import { useOneNumber } from './one-number';
import { Question } from './question';
import { RecentChanges } from './recent-changes';
import { type SeenValue, seenValue, useSaving, type Wish } from './saving';
import { WhichNumber } from './which-number';

interface Props {
  kpi: Kpi;
  /** The value when the correction began. It stays, whatever other people do meanwhile. */
  seen: SeenValue;
  /** The unsaved input; absent if there is none. */
  draft: CorrectionDraft | undefined;
  around: Surroundings;
  /** The name of its period. */
  period: string;
  /** Called with undefined if nothing differs from `seen`. */
  onWrite: (draft: CorrectionDraft | undefined) => void;
  /** `hadKeyboard`: whether the person has not moved the keyboard focus since the correction was sent. */
  onSaved: (wish: Wish, hadKeyboard: boolean) => void;
  onRefused: (wish: Wish, error: unknown) => void;
  onCancel: () => void;
}

type Asked =
  | { kind: 'slip'; slip: Slip }
  /** The KPI's unit has changed since the correction began. */
  | { kind: 'unit'; from: Unit; to: Unit; value: number };

export function Correction(props: Props) {
  const { kpi, seen, draft, around, period, onWrite, onSaved, onRefused, onCancel } = props;
  const { t, i18n } = useLingui();
  const format = useNumberFormat();
  const original = seen.value === undefined ? '' : formatNumber(seen.value, format);
  const written = writtenOf(draft ?? {});
  const text = written?.text ?? original;
  const comment = draft?.comment ?? seen.comment;
  /** What the person has typed here. It counts even if it is the same as `seen`. */
  const [typed, setTyped] = useState({ number: false, comment: false });
  const hasTyped = {
    number: typed.number || written !== undefined,
    comment: typed.comment || draft?.comment !== undefined,
  };
  const own = { ...(hasTyped.number && (written ?? { text, format })), ...(hasTyped.comment && { comment }) };
  const [reading, setReading] = useState<Reading>();
  /** The open question about the number. */
  const [asked, setAsked] = useState<Asked>();
  const askedShown = useShown(asked);
  const [question, setQuestion] = useState<'take back' | 'give up'>();
  const root = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const commentInput = useRef<HTMLTextAreaElement>(null);
  /** The element that had the focus when the correction was sent. */
  const sentFrom = useRef<Element>(null);
  /** The element that had the focus before the question. */
  const cameFrom = useRef<Element>(null);
  const saving = useSaving({
    onSaved: (wish) => onSaved(wish, isWhereSent()),
    onRefused: (wish, error) => {
      const { number, seen: over } = wish;
      const to = unitNow(error);
      if (to !== undefined && number !== undefined && over.unit !== undefined)
        setAsked({ kind: 'unit', from: over.unit, to, value: number });
      onRefused(wish, error);
    },
  });
  const retractionIdOf = useRequestId();
  const sentRetraction = useRef('');
  // While a request is in progress, Tab leaves the form. It leads to the same place as after the response.
  const tabIndex = saving.isPending ? -1 : undefined;
  const isConflict = saving.isError && isOvertaken(saving.error);
  const theirs = useTheirs(seen.id, isConflict);
  /** In a conflict, a field without input of the person shows what would stay in it. */
  const beneath = theirs && seenValue(theirs, kpi.unit);
  const shownText =
    hasTyped.number || beneath?.value === undefined ? text : formatNumber(beneath.value, format);
  const shownComment = hasTyped.comment ? comment : (beneath?.comment ?? comment);

  useOneNumber(input, () => setReading({ kind: 'unreadable' }));

  /**
   * Whether the keyboard has stayed where it was when the correction was sent. The body counts too: a
   * pressed button that becomes disabled loses the focus to it.
   */
  function isWhereSent(): boolean {
    const { activeElement, body } = document;
    return root.current !== null && (activeElement === sentFrom.current || activeElement === body);
  }

  function send(wish: Wish) {
    sentFrom.current = document.activeElement;
    saving.mutate(wish);
  }

  /** The format counts too: the same text in another format, or pasted, may be another number. */
  function isAsShown(number: Written | undefined): boolean {
    return number?.text === original && number.format === format;
  }

  function write(changed: { written?: Written; comment?: string }) {
    const next = { written, comment, ...changed };
    const number = isAsShown(next.written) ? undefined : next.written;
    const said = next.comment === seen.comment ? undefined : next.comment;
    // Closes a conflict, because it compares the other person's value with the previous input.
    saving.reset();
    setQuestion(undefined);
    setTyped({
      number: hasTyped.number || changed.written !== undefined,
      comment: hasTyped.comment || changed.comment !== undefined,
    });
    const untouched = number === undefined && said === undefined;
    onWrite(untouched ? undefined : { name: kpi.name, seen, ...number, comment: said });
  }

  function writeNumber(number: Written) {
    write({ written: number });
    setReading(undefined);
    setAsked(undefined);
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    if (saving.isPending) return;
    setQuestion(undefined);
    if (excessOf(comment, LONGEST_COMMENT) > 0) return commentInput.current?.focus();
    const found = readWritten(written ?? { text, format }, format, adornmentOf(seen.unit ?? kpi.unit));
    setReading(found);
    if (found.kind !== 'number') return;
    if (found.value !== seen.value) return submitNumber(found.value);
    if (draft === undefined && !hasTyped.number && !hasTyped.comment) return onCancel();
    // The server may have another value by now: from another person, or from an answer that was lost.
    save(found.value, seen);
  }

  /** Asks about the unit first, then about a slip. Each question needs its own answer. */
  function submitNumber(value: number) {
    // A second submit confirms the number, but only after the person had time to read the question.
    if (asked !== undefined && !couldBeRead(askedShown.current)) return;
    const { unit: from } = seen;
    const to = unitNow(saving.error) ?? kpi.unit;
    const isOther = from !== undefined && from !== to;
    if (isOther && (asked?.kind !== 'unit' || asked.to !== to))
      return setAsked({ kind: 'unit', from, to, value });
    const over = isOther ? { ...seen, unit: to } : seen;
    // The number is written without its sign, because the new unit would not accept a percent sign.
    const kept = isOther ? { ...own, text: formatNumber(value, format), format } : own;
    if (isOther) onWrite({ name: kpi.name, ...kept, seen: over, sent: draft?.sent });
    const slip = asked?.kind === 'slip' ? undefined : likelySlip(value, { ...around, unit: to }, written);
    if (slip !== undefined) return setAsked({ kind: 'slip', slip });
    if (isOther) setAsked(undefined);
    save(value, over, kept);
  }

  /** Saves over the version that the person saw. The draft stays until there is a response. */
  function save(number: number, over: SeenValue, kept = own) {
    const same = draft?.sent?.number === number && draft.sent.unit === over.unit;
    const sent = over.etag === seen.etag && same ? draft.sent : undefined;
    const requestId = sent?.requestId ?? randomId();
    const isRepeated = sent !== undefined;
    onWrite({
      name: kpi.name,
      ...kept,
      seen: over,
      sent: { requestId, number, unit: over.unit, isRepeated },
    });
    send({ seen: over, number, comment: commentToSave(over), requestId, isRepeated });
  }

  function takeBack(over: SeenValue) {
    const requestId = retractionIdOf({ id: over.id, etag: over.etag });
    const isRepeated = sentRetraction.current === requestId;
    sentRetraction.current = requestId;
    send({ seen: over, number: undefined, comment: undefined, requestId, isRepeated });
  }

  function ask(about: typeof question) {
    cameFrom.current = document.activeElement;
    setQuestion(about);
  }

  function endQuestion() {
    setQuestion(undefined);
    const { current } = cameFrom;
    // The question may have replaced the button that led to it.
    if (current instanceof HTMLElement && current.isConnected) current.focus();
    else input.current?.focus();
  }

  function cancel() {
    if (draft === undefined) onCancel();
    else ask('give up');
  }

  /** Handles Escape: leaves the last question, or else the correction. */
  function stepBack() {
    if (isConflict) saving.reset();
    else if (question !== undefined) endQuestion();
    else if (asked !== undefined) setAsked(undefined);
    else cancel();
  }

  /** A comment that was not changed is not sent. */
  function commentToSave(over: SeenValue) {
    const said = hasTyped.comment ? comment.trim() : undefined;
    return said === over.comment ? undefined : said;
  }

  function faultOf(found: Reading | undefined) {
    switch (found?.kind) {
      case 'blank':
        return t`Type a number. Zero is a number, too.`;
      case 'unreadable':
        return t`This cannot be read as a number.`;
      case 'ambiguous':
        return t`This can be read in two ways. Which number do you mean?`;
      default:
        return undefined;
    }
  }

  function decision() {
    if (isConflict) {
      const { number } = saving.variables;
      // A comment alone goes to the current number.
      const isAlone = hasTyped.comment && !hasTyped.number;
      return (
        <BothVersions
          kpi={kpi}
          theirs={theirs}
          before={seen.comment}
          mine={{
            number: isAlone ? undefined : number,
            comment: number !== undefined && hasTyped.comment ? comment.trim() : undefined,
          }}
          unit={seen.unit ?? kpi.unit}
          onTakeTheirs={onCancel}
          onTakeMine={(theirs) => {
            const over = seenValue(theirs, seen.unit);
            const wanted = isAlone ? over.value : number;
            if (number === undefined) takeBack(over);
            else if (wanted !== undefined) save(wanted, over);
          }}
        />
      );
    }
    if (question === 'take back') {
      return (
        <Question
          about={question}
          yes={<Trans>Take it back</Trans>}
          no={<Trans>Cancel</Trans>}
          underway={saving.isPending}
          onYes={() => takeBack(seen)}
          onNo={endQuestion}
        >
          <Trans>Take this value back? {period} is blank again then; zero would be a value.</Trans>
        </Question>
      );
    }
    if (question === 'give up') {
      return (
        <Question
          about={question}
          yes={<Trans>Discard</Trans>}
          no={<Trans>Keep writing</Trans>}
          onYes={onCancel}
          onNo={endQuestion}
        >
          <Trans>Discard what you typed for {period}?</Trans>
        </Question>
      );
    }
    return (
      <Group gap="xs">
        <Button type="submit" loading={saving.isPending}>
          {asked === undefined ? <Trans>Save</Trans> : <Trans>It is right</Trans>}
        </Button>
        {/* A request that is in progress cannot be cancelled. */}
        <Button variant="default" disabled={saving.isPending} onClick={cancel}>
          <Trans>Cancel</Trans>
        </Button>
        <Button variant="subtle" disabled={saving.isPending} onClick={() => ask('take back')}>
          <Trans>Take back …</Trans>
        </Button>
      </Group>
    );
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape leaves from every control in it.
    <div
      ref={root}
      className={classes.correction}
      onKeyDown={(event) => {
        const { key, repeat, nativeEvent } = event;
        if (key === 'Escape' && !repeat && !nativeEvent.isComposing && !saving.isPending) stepBack();
      }}
    >
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          <TextInput
            ref={input}
            label={t`New value for ${period}`}
            inputMode="decimal"
            autoComplete="off"
            // A person who opens the form wants to type. A draft opens the form by itself.
            autoFocus={draft === undefined}
            onFocus={({ currentTarget }) => currentTarget.select()}
            value={shownText}
            // Text that is typed while a request is in progress would be lost with the form.
            readOnly={saving.isPending}
            tabIndex={tabIndex}
            onChange={({ currentTarget: { value }, nativeEvent }) =>
              writeNumber(writtenOver(written, value, isFromElsewhere(nativeEvent) ? undefined : format))
            }
            onInput={({ currentTarget: { value }, nativeEvent }) => {
              // React sends no change event if the pasted text equals the current text.
              if (value === shownText && isFromElsewhere(nativeEvent)) writeNumber({ text });
            }}
            error={faultOf(reading)}
          />
          {reading?.kind === 'ambiguous' && (
            <WhichNumber
              {...{ values: reading.values, text, unit: kpi.unit, format }}
              onChoose={writeNumber}
            />
          )}
          <Textarea
            ref={commentInput}
            label={t`Comment`}
            description={t`Why the value is corrected. It stands in the change log.`}
            error={lengthFault(comment, LONGEST_COMMENT, i18n)}
            rows={2}
            value={shownComment}
            readOnly={saving.isPending}
            tabIndex={tabIndex}
            onChange={({ currentTarget }) => write({ comment: currentTarget.value })}
            onKeyDown={({ key, repeat, ctrlKey, metaKey, currentTarget: { form } }) => {
              if (key === 'Enter' && !repeat && (ctrlKey || metaKey)) form?.requestSubmit();
            }}
          />
          {asked !== undefined && (
            <Alert color="yellow" variant="light" role="alert">
              {asked.kind === 'slip' ? (
                <SlipSentence slip={asked.slip} format={format} />
              ) : (
                <UnitSentence {...asked} format={format} />
              )}
            </Alert>
          )}
          {!isConflict && !saving.isPending && (
            // A changed unit raises a question instead.
            <NotSaved
              error={unitNow(saving.error) === undefined ? saving.error : null}
              isSent={draft?.sent !== undefined}
            />
          )}
          {decision()}
        </Stack>
      </form>
      <RecentChanges valueId={seen.id} />
    </div>
  );
}
