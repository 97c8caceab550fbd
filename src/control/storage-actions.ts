/** What an operator decides about a file server: that its machines go to the mirror, or come back. */
import type { PoolState } from "../core/domain/pool-state.ts";
import type { StorageServer } from "../core/domain/storage.ts";
import { describeDuration } from "../core/domain/units.ts";
import { awayFrom } from "../core/storage/machines.ts";
import { newStorage, orderStorage, type StorageState, storageContextOf } from "../core/storage/storage.statechart.ts";
import type { StorageOrder } from "../core/storage/storage-guards.ts";
import { type StorageView, storageView } from "../core/storage/storage-view.ts";
import type { Controller } from "./controller.ts";
import { NOT_OBSERVED } from "./operator-actions.ts";
import { type ActionCode, type Applied, type Asker, changeState, type Refused } from "./operator-change.ts";

export type StorageOrderKind = "failOver" | "failBack";
export interface StorageAim {
  readonly kind: StorageOrderKind;
  readonly server: string;
}
export interface StorageOrdered {
  readonly server: string;
  readonly order: StorageOrderKind;
  readonly state: StorageState;
}

const WORDS = { failOver: "fail over", failBack: "fail back" } as const satisfies Record<StorageOrderKind, string>;

export function orderStorageServer(controller: Controller, asker: Asker, aim: StorageAim, why: string) {
  return changeState<StorageOrdered>(controller, asker, {
    action: `${WORDS[aim.kind]} ${aim.server}`,
    why,
    show: (state) => state.storage.get(aim.server)?.value ?? null,
    apply: (state) => withStorageOrder(controller, state, aim, { by: asker.author, why }),
  });
}

/** The state with the order given; refused where it would do nothing, or harm. */
export function withStorageOrder(
  { configured, last, world }: Controller,
  state: PoolState,
  { kind, server: name }: StorageAim,
  said: Pick<StorageOrder, "by" | "why">,
): Applied<StorageOrdered> {
  if (last === null) return NOT_OBSERVED;
  const site = configured.site();
  const server = site.storage.find((one) => one.name === name);
  if (server === undefined) return refused("RTK_UNKNOWN_STORAGE", `retask.yaml names no storage server ${name}`);
  const view = storageView(site, state, last.observation);
  const refusal =
    kind === "failOver"
      ? failOverRefusal(server, view, last.observation.storage.get(name)?.port.kind === "down")
      : failBackRefusal(
          server,
          view,
          state,
          awayFrom(server, { site, state, observation: last.observation }, view).length,
        );
  if (refusal !== null) return refusal;
  const order = { ...said, atMs: world.clock.wallMs() };
  const chart = orderStorage(
    state.storage.get(name) ?? newStorage(),
    kind === "failOver" ? "FAIL_OVER" : "FAIL_BACK",
    order,
  );
  const after = { ...state, storage: new Map(state.storage).set(name, chart) };
  return {
    ok: true,
    value: { state: after, value: { server: name, order: kind, state: chart.value as StorageState } },
  };
}

const refused = (code: ActionCode, why: string): Refused => ({ ok: false, code, why });

/** An operator's word stands for the second source, never for both: what answers is not cut off. */
function failOverRefusal(server: StorageServer, view: StorageView, isSilent: boolean): Refused | null {
  const { name } = server;
  const state = view.stateOf(server);
  if (state === "failedOver") return refused("RTK_STORAGE_STATE", `${name} is failed over already`);
  if (state === "recovered" || state === "failingBack")
    return refused("RTK_STORAGE_STATE", `${name} is well again: its machines are on its mirror, or on their way back`);
  if (state === "well" || (state === "suspect" && !isSilent))
    return refused("RTK_STORAGE_STATE", `the NFS service of ${name} answers, or cannot be asked: it is not dead`);
  const mirror = view.mirrorOf(server);
  if (mirror === null) return refused("RTK_STORAGE_UNFIT", `retask.yaml names no mirror for ${name}`);
  const unfit = view.unfit(mirror);
  return unfit === null ? null : refused("RTK_STORAGE_UNFIT", unfit);
}

function failBackRefusal(
  server: StorageServer,
  view: StorageView,
  { storage }: PoolState,
  away: number,
): Refused | null {
  const { name, wellAfter } = server;
  const state = view.stateOf(server);
  if (state === "failingBack") return refused("RTK_STORAGE_STATE", `${name} is failing back already`);
  const chart = storage.get(name);
  const upMs = chart === undefined ? 0 : storageContextOf(chart).upMs;
  if ((state !== "well" && state !== "recovered") || upMs < wellAfter) {
    const long = `it must have been well for ${describeDuration(wellAfter)}, and has been for ${describeDuration(upMs)}`;
    return refused("RTK_STORAGE_UNFIT", `${name} is not proven well: ${long}`);
  }
  return away > 0 ? null : refused("RTK_STORAGE_STATE", `no machine of ${name} runs from elsewhere`);
}
