/** One number from Prometheus, with the site's token and deadline. */
import { bearerTokenFile } from "./bearer-token.ts";
import type { Answer } from "./prometheus-answer.ts";
import { queryEndpoint } from "./prometheus-query.ts";

type AskSettings = { readonly url: string; readonly deadline: number; readonly tokenFile?: string | undefined };

export function askPrometheus({ url, deadline, tokenFile }: AskSettings) {
  const endpoint = queryEndpoint(url);
  const readToken = bearerTokenFile(tokenFile);
  return async (promql: string, signal: AbortSignal): Promise<Answer> => {
    const within = AbortSignal.any([signal, AbortSignal.timeout(deadline)]);
    return endpoint.query(promql, await readToken(within), within);
  };
}
