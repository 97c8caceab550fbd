/** Whether the doctor runs as the user whom retask runs as: what root may write says nothing of what retask may. */
import { stat } from "node:fs/promises";
import { type Check, USUAL_DEADLINE_MS } from "./examined.ts";
import { looked, type Outcome, skipped } from "./finding.ts";

export const userCheck: Check = {
  name: "user",
  deadlineMs: () => USUAL_DEADLINE_MS,
  run: async ({ configuration }) => {
    const { file } = configuration.settings.store;
    const found = await stat(file).catch(() => null);
    return judgeUser(file, found?.uid ?? null, process.geteuid?.() ?? null);
  },
};

/** `owner`: of the store's file, which the daemon makes; null where there is none, or it can't be seen. */
export function judgeUser(file: string, owner: number | null, own: number | null): Outcome {
  if (owner === null || own === null) return skipped(`there is no ${file} yet, so retask's user is not known`);
  if (owner === own) return looked([], `the doctor looks as the user who owns ${file}`);
  return looked(
    [
      {
        name: "user-differs",
        level: "warning",
        what: `the doctor looks as user ${own}, retask runs as user ${owner}`,
        where: [file],
        why: "files and sockets that one may open or write, the other may not",
        advice: "run it as retask's user: sudo -u retask retask doctor",
      },
    ],
    "",
  );
}
