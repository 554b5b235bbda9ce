/** A cell in the model of the grid: what stands in it, and what of it is stored. */
import { BLANK, type Content, isBlank, type Way } from './grid-content';

export interface ModelKpi {
  name: string;
  /** The greatest value that the server takes. */
  maximum?: number;
  /** Numbers outside are asked about: the KPI has a history, in which there are none. */
  usual?: { least: number; greatest: number };
}

/** What stands in a cell and is not meant yet. */
export type Open =
  /** `kept` where it was typed before the page was loaded: leaving the cell does not finish it. */
  | { kind: 'typing'; text: string; pasted: boolean; kept?: boolean }
  | { kind: 'asking'; text: string; pasted: boolean; question: Question }
  | { kind: 'refused'; text: string; pasted: boolean }
  /** Without a text, the cell shows theirs; `mine` is what takes the place of theirs, if it can. */
  | {
      kind: 'conflict';
      text: string | undefined;
      pasted: boolean;
      way: Way;
      mine: Content | undefined;
      seenBefore: Seen;
    };

export type Question =
  | { kind: 'retract' }
  | { kind: 'slip'; number: number }
  | { kind: 'unreadable' }
  | { kind: 'ambiguous'; values: [number, number] };

export interface Seen {
  /** What the page shows, and its version; another one where someone else has changed it since. */
  seen: Content;
  seenVersion: number;
  /** Whether the page has seen no value at all there. */
  seenNone: boolean;
}

export interface Version {
  content: Content;
  version: number;
}

export interface ModelCell extends Seen {
  kpi: ModelKpi;
  /** What the server has once everything has its answer, and its version there. */
  stored: Content;
  version: number;
  /** The last own change since the page was loaded. */
  mine: Version | undefined;
  /** What the server had when the page last asked, shown once what is written is given up. */
  loaded: Version | undefined;
  open: Open | undefined;
  /** A comment or a reason that is being written. */
  note: string | undefined;
  /** Whether another person was found to have entered the same since the last look at the server. */
  agreed: boolean;
  /** What was said again first since the last look: it is asked of the server, which logs nothing. */
  again: Content | undefined;
  /** What was meant since the last look at the server, in order. */
  since: Content[];
}

/** Whether it is a comment or a reason that stands against another person's change. */
export function isAboutNote(open: Open | undefined): boolean {
  return open?.kind === 'conflict' && (open.way === 'mark' || open.way === 'comment');
}

/** Whether this is a text that was pasted into the cell. */
export function isPasted(open: Open | undefined, text: string | undefined): boolean {
  return open?.pasted === true && open.text === text;
}

/** What the page counts as not saved, though no number is in question. */
export function hasUnsavedNote({ note, seen }: ModelCell): boolean {
  return note !== undefined && note !== seen.note;
}

/** What a draft goes on from after a reload. */
export function seenAgain({ open, seen, seenNone, stored }: ModelCell): Content {
  if (seenNone) return BLANK;
  if (!isBlank(stored)) return stored;
  // A comment alone stays one to the number that was taken back since.
  return open === undefined && seen.number !== undefined ? { number: seen.number, note: '' } : BLANK;
}
