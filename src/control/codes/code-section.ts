/** A code in one row: what it means, what retask does then, and what an operator can do. Markdown. */
export interface CodeRow {
  readonly meaning: string;
  readonly does: string;
  readonly help: string;
}

/** Codes of one part of retask. The page of codes is made of these, and a test holds them against every code in the source. */
export interface CodeSection {
  readonly title: string;
  readonly intro: string;
  readonly codes: Readonly<Record<string, CodeRow>>;
}
