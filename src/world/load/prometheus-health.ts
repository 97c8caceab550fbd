/** A policy's health queries, asked of Prometheus about the machines in question; anything but one finite number is unknown (S2). */
import type { MachineName } from "../../core/domain/names.ts";
import { known, unknown } from "../../core/domain/reading.ts";
import type { HealthMeter } from "../ports.ts";
import { bearerTokenFile } from "./bearer-token.ts";
import { queryEndpoint } from "./prometheus-query.ts";

export interface HealthSettings {
  readonly url: string;
  /** For one query. */
  readonly deadlineMs: number;
  readonly tokenFile?: string | undefined;
}

export function prometheusHealth(settings: HealthSettings): HealthMeter {
  const endpoint = queryEndpoint(settings.url);
  const readToken = bearerTokenFile(settings.tokenFile);
  return {
    read: async (query, machines, signal) => {
      // Matched by nothing, the pattern would match series without a name, or all: never asked (S3).
      if (machines.length === 0) return unknown("there is no machine to ask about");
      const deadline = AbortSignal.any([signal, AbortSignal.timeout(settings.deadlineMs)]);
      const answer = await endpoint.query(aboutMachines(query, machines), await readToken(deadline), deadline);
      return answer.ok ? known(answer.value) : unknown(answer.why);
    },
  };
}

/** `{machines}` becomes `m01|m02`, each name escaped for a regular expression inside a PromQL string. */
export const aboutMachines = (query: string, machines: readonly MachineName[]): string =>
  query.replaceAll("{machines}", () => machines.map(escapeForPattern).join("|"));

/** Twice: PromQL reads the string first, and then the pattern in it. */
const escapeForPattern = (name: string): string => name.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\\\$&");
