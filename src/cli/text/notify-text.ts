/** What receivers of notifications made of a test message. */
import type { TestAnswer } from "../../control/notifications/send-test.ts";
import { type Look, toned } from "./look.ts";
import { tableText } from "./table.ts";

export const notifyText = ({ answers }: { readonly answers: readonly TestAnswer[] }, look: Look): string =>
  tableText(
    look,
    ["receiver", "form", "result", "answer"],
    answers.map(({ receiver, form, posted }) => [
      receiver,
      form,
      toned(look, posted.kind === "taken" ? "good" : "bad", posted.kind),
      posted.kind === "taken" ? `HTTP ${posted.status}` : posted.why,
    ]),
    "wrapped",
  );
