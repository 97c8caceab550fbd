/** One receiver of retask.yaml's `notify`, with the name that logs, metrics and the status know it by. */
import { createHash } from "node:crypto";
import type { Settings } from "../../core/domain/settings.ts";
import { bearerTokenFile } from "../../world/load/bearer-token.ts";
import { httpWebhook } from "../../world/notify/http-webhook.ts";
import type { Webhook } from "../../world/ports.ts";

type Notify = Settings["notify"][number];

export interface Receiver {
  /** Its host, as in `chat.example`; a second one there is `chat.example#2`. The rest of its address may be secret. */
  readonly name: string;
  /** The same across restarts, and with another place in the list: what waits for it is kept under this. */
  readonly id: string;
  readonly form: Notify["form"];
  /** The kinds that it is told of. */
  readonly on: ReadonlySet<string>;
  readonly webhook: Webhook;
}

export function receiversOf(notify: Settings["notify"]): Receiver[] {
  const seen = new Map<string, number>();
  return notify.map(({ url, form, on, deadline, tokenFile }) => {
    const { host } = new URL(url);
    const number = (seen.get(host) ?? 0) + 1;
    seen.set(host, number);
    return {
      name: number === 1 ? host : `${host}#${number}`,
      id: createHash("sha256").update(`${form} ${url}`).digest("hex").slice(0, 16),
      form,
      on: new Set(on),
      webhook: httpWebhook({ url: endpoint(url, form), deadlineMs: deadline, token: bearerTokenFile(tokenFile) }),
    };
  });
}

/** An Alertmanager is named by its own address, as in Prometheus' configuration; what is posted goes to its API. */
function endpoint(url: string, form: Notify["form"]): string {
  if (form === "json") return url;
  const address = new URL(url);
  address.pathname = `${address.pathname.replace(/\/+$/, "")}/api/v2/alerts`;
  return address.href;
}
