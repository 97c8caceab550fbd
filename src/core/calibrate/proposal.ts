/** What calibration says of one figure: a proposal with what speaks for it, or plainly why there is none. */

export type Proposal<T> =
  | { readonly ok: true; readonly value: T; readonly evidence: string }
  | { readonly ok: false; readonly why: string };
