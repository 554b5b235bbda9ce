/** A cell in the model of the grid: its content, and what the server stores. */
import { BLANK, type Content, isBlank, type Way } from './grid-content';

export interface ModelKpi {
  name: string;
  /** The greatest value that the server takes. */
  maximum?: number;
  /** The cell asks about numbers outside: the KPI's history lies inside. */
  usual?: { least: number; greatest: number };
}

/** The content of a cell that is not final yet. */
export type Open =
  /** `kept` after a reload or an interruption: leaving the cell does not finish it. */
  | { kind: 'typing'; text: string; pasted: boolean; kept?: boolean }
  | { kind: 'asking'; text: string; pasted: boolean; question: Question }
  | { kind: 'refused'; text: string; pasted: boolean }
  /** Without `text`, the cell shows the other person's value. `mine` replaces it, if that is possible. */
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
  /** What the page shows, and its version. The server's version differs after a change by another person. */
  seen: Content;
  seenVersion: number;
  /** Whether the page has never seen a value there. */
  seenNone: boolean;
}

export interface Version {
  content: Content;
  version: number;
}

export interface ModelCell extends Seen {
  kpi: ModelKpi;
  /** The server's content after all answers, and its version. */
  stored: Content;
  version: number;
  /** The last own change since the page loaded. */
  mine: Version | undefined;
  /** The server's content at the last refresh. The cell shows it after the person gives up the entry. */
  loaded: Version | undefined;
  open: Open | undefined;
  /** An unfinished comment or reason. */
  note: string | undefined;
  /** Whether another person entered the same since the last comparison. */
  agreed: boolean;
  /**
   * The first repeated value since the last comparison. The client sends it, but the server logs no
   * change.
   */
  again: Content | undefined;
  /** The contents that were meant since the last comparison, in order. */
  since: Content[];
}

/** Whether a comment or a reason conflicts with another person's change. */
export function isAboutNote(open: Open | undefined): boolean {
  return open?.kind === 'conflict' && (open.way === 'mark' || open.way === 'comment');
}

/** Whether this text was pasted into the cell. */
export function isPasted(open: Open | undefined, text: string | undefined): boolean {
  return open?.pasted === true && open.text === text;
}

/** Whether the page counts a note as unsaved, although no number is in question. */
export function hasUnsavedNote({ note, seen }: ModelCell): boolean {
  return note !== undefined && note !== seen.note;
}

/** The content that a draft is based on after a reload. */
export function seenAgain({ open, seen, seenNone, stored }: ModelCell): Content {
  if (seenNone) return BLANK;
  if (!isBlank(stored)) return stored;
  // A comment alone still belongs to the number, although the number was retracted.
  return open === undefined && seen.number !== undefined ? { number: seen.number, note: '' } : BLANK;
}
