/** Roll-outs for a terminal: one line that says where each stands, and below it what waits and what was passed over. */
import { describeDuration } from "../../core/domain/units.ts";
import type { RolloutAnswer } from "../answers.ts";
import { type Look, type Tone, toned } from "./look.ts";
import { clockTime } from "./moments.ts";
import { firstFew } from "./table.ts";

const FEW = 4;

export function rolloutsText({ rollouts }: { readonly rollouts: readonly RolloutAnswer[] }, look: Look): string {
  if (rollouts.length === 0) return "no roll-out was ever begun here";
  return rollouts.map((rollout) => rolloutText(rollout, look)).join("\n\n");
}

export function rolloutText(rollout: RolloutAnswer, look: Look): string {
  const { author, reason, startedMs, endedMs, previous, why, waits, left, stage } = rollout;
  const ended = endedMs === null ? "" : `, ended ${clockTime(endedMs, look)}`;
  const back = previous === null ? "" : `, previously ${previous}`;
  const passedOver = left.map(({ machine, why: reason }) => `  passed over: ${machine}: ${reason}`);
  return [
    rolloutLine(rollout, look),
    `  begun ${clockTime(startedMs, look)} by ${author}: ${reason}${ended}${back}`,
    ...(why === null ? [] : [`  because ${why}`]),
    ...(waits === null ? [] : [`  waits: ${waits}`]),
    ...(endedMs !== null || stage.pending.length === 0
      ? []
      : [`  next: ${stage.pending.slice(0, FEW).join(", ")}${stage.pending.length > FEW ? ", …" : ""}`]),
    ...(passedOver.length === 0 ? [] : [firstFew(passedOver, FEW, (line) => line)]),
  ].join("\n");
}

const TONES: Readonly<Partial<Record<RolloutAnswer["state"], Tone>>> = {
  done: "good",
  paused: "warning",
  stopping: "bad",
  rollingBack: "bad",
  rolledBack: "bad",
  stopped: "bad",
};

/** `roll-out of web.2026-11: soaking 12 min of 30 min; 3 of 24 machines`. */
export function rolloutLine(rollout: RolloutAnswer, look: Look): string {
  const { what, state, stateText, stage, soakedMs, soakMs, renewed, old, canaries } = rollout;
  const tone = TONES[state];
  const soak = state === "soaking" ? ` ${describeDuration(soakedMs)} of ${describeDuration(soakMs)}` : "";
  const word = `${stateText}${soak}`;
  const of = stage.number === 0 ? `${canaries === 1 ? "canary" : "canaries"}` : `wave ${stage.number} of ${stage.last}`;
  const all = renewed.length + old.length;
  const isGoing = rollout.endedMs === null;
  return `${what}: ${tone === undefined ? word : toned(look, tone, word)}${isGoing ? `; ${of}` : ""}; ${renewed.length} of ${all} machines`;
}
