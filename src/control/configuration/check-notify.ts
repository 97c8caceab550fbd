/** Receivers of notifications that could not be told anything, or would be told twice. */
import type { Settings } from "../../core/domain/settings.ts";
import { type Draft, problemAt } from "./draft.ts";
import type { Problem } from "./problem.ts";

type Notify = Settings["notify"][number];

interface Found {
  readonly key: keyof Notify;
  readonly message: string;
}

export function checkNotify({ settings }: Draft): Problem[] {
  if (settings === null) return [];
  const { yaml, value } = settings;
  return value.notify.flatMap((one, index) =>
    [...addressProblems(one), ...repeated(one, value.notify.slice(0, index))].map(({ key, message }) =>
      problemAt(yaml, ["notify", index, key], message),
    ),
  );
}

function addressProblems({ url, form, tokenFile }: Notify): Found[] {
  const { pathname, username, password } = new URL(url);
  const found: Found[] = [];
  if (form === "alertmanager" && /\/api\/v\d/.test(pathname))
    found.push({ key: "url", message: "expected the Alertmanager's own address; retask adds /api/v2/alerts itself" });
  if (tokenFile !== undefined && username + password !== "")
    found.push({ key: "tokenFile", message: "the url has a password already, and only one of the two can be sent" });
  return found;
}

function repeated({ url, form, on }: Notify, before: readonly Notify[]): Found[] {
  const found: Found[] = [];
  if (before.some((other) => other.url === url && other.form === form))
    found.push({ key: "url", message: "this receiver stands above already; write all that it is told of into one" });
  const twice = on.find((kind, index) => on.indexOf(kind) !== index);
  if (twice !== undefined) found.push({ key: "on", message: `${twice} stands here twice` });
  return found;
}
