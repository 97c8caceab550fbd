/** `GET /v1/grid`: every machine in one short row: what the page's grid shows, small enough for ten thousand of them. */
import type { FastifyInstance } from "fastify";
import type { Controller } from "../control/controller.ts";
import type { MachineName } from "../core/domain/names.ts";
import type { MachineFacts } from "../core/domain/observation.ts";
import { type Standing, standingsOf } from "../core/domain/standing.ts";
import { gridAnswer } from "./answers/page-answers.ts";
import type { ApiOptions } from "./api-options.ts";
import { described } from "./describe-route.ts";
import { starting } from "./problem.ts";
import { remembered } from "./remembered.ts";

/** `ageMs`: since its beacon was heard; 0 while that is news, null when it never was. */
export interface GridRow {
  readonly name: string;
  readonly rack: string;
  readonly role: string | null;
  readonly goingTo: string | null;
  readonly state: Standing["kind"];
  readonly why: string;
  readonly image: string | null;
  readonly power: "on" | "off" | "unknown";
  readonly ageMs: number | null;
}

export interface GridAnswer {
  readonly atMs: number;
  /** How often a tick comes, usually. */
  readonly tickMs: number;
  readonly machines: readonly GridRow[];
}

export function gridRoute(api: FastifyInstance, { controller }: ApiOptions): void {
  const schema = described({
    id: "getGrid",
    tag: "pool",
    summary: "Every machine in one short row.",
    description: "What the page's grid shows; a sixth of what /v1/machines says, for pools of thousands.",
    answers: { 200: gridAnswer },
    refuses: ["RTK_STARTING"],
  });
  api.get("/v1/grid", { schema }, async (_, reply) => {
    const json = gridJson(controller);
    return json === null ? starting(reply) : reply.type("application/json; charset=utf-8").send(json);
  });
}

/** Null before the first tick. As text, made once for all who ask. */
const gridJson = remembered((controller): string | null => {
  const { last, state, configured } = controller;
  if (last === null) return null;
  const site = configured.site();
  const standings = standingsOf(site, state, last.observation);
  const rows = [...site.machines.values()].map(({ name, domains }): GridRow => {
    const standing = standings.get(name);
    return {
      name,
      rack: domains.rack ?? "",
      role: standing?.placement ?? recordedPlacement(controller, name),
      goingTo: standing?.goingTo ?? null,
      state: standing?.kind ?? "unknown",
      why: standing?.why ?? "not observed",
      image: imageOf(controller, name),
      ...seen(last.observation.machines.get(name), 2 * site.timing.tickMs),
    };
  });
  const answer: GridAnswer = { atMs: last.observation.wallMs, tickMs: site.timing.tickMs, machines: rows };
  return JSON.stringify(answer);
});

/** A machine that is not trusted in its role was in one all the same, and is looked for there. */
const recordedPlacement = ({ state }: Controller, name: MachineName): string | null =>
  state.machines.get(name)?.placement ?? null;

/** As it says itself; as recorded, where it says nothing. */
function imageOf({ last, state }: Controller, name: MachineName): string | null {
  const beacon = last?.observation.machines.get(name)?.beacon;
  const said = beacon?.kind === "heard" ? beacon.report.image : "";
  return said !== "" ? said : (state.machines.get(name)?.image ?? null);
}

/** Ages below `freshMs` are all the same: a row that says the same is a row that nobody has to draw again. */
function seen(facts: MachineFacts | undefined, freshMs: number): Pick<GridRow, "power" | "ageMs"> {
  if (facts === undefined) return { power: "unknown", ageMs: null };
  const { power, beacon } = facts;
  const ageMs = beacon.kind === "heard" ? beacon.ageMs : null;
  return { power: power.kind, ageMs: ageMs !== null && ageMs <= freshMs ? 0 : ageMs };
}
