/** What is shown of an action before it is done. */
import type { Preview } from "../../control/previewed.ts";

export interface PreviewShown extends Pick<Preview, "severe" | "confirm" | "text" | "conflicts"> {
  readonly roles: readonly {
    readonly role: string;
    readonly floor: number;
    readonly before: number;
    readonly after: number;
    readonly margin: number;
  }[];
}
