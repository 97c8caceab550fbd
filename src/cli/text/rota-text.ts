/** The rota as a table: a row for each slot in which something changes, and a sentence for each role. */
import type { RotaAnswer } from "../answers.ts";
import { type Look, toned } from "./look.ts";
import { clockTime } from "./moments.ts";
import { section, sections, tableText } from "./table.ts";

export function rotaText(rota: RotaAnswer, look: Look): string {
  const { atMs, slotMinutes, roles, spare, moving } = rota;
  const countsAt = (slot: number): number[] => [...roles.map(({ counts }) => counts[slot] ?? 0), spare[slot] ?? 0];
  const isForecast = roles.some(({ demand }) => demand !== null);
  const rows: string[][] = [];
  for (let slot = 0; slot < spare.length; slot++) {
    const counts = countsAt(slot);
    if (slot > 0 && String(counts) === String(countsAt(slot - 1))) continue;
    const from = clockTime(atMs + slot * slotMinutes * 60_000, look).slice(0, 16);
    const demand = roles.flatMap(({ role, demand: bands }) => {
      const band = bands?.[slot];
      return band === undefined ? [] : [`${role} ${short(band.low)} to ${short(band.high)}`];
    });
    const numbers = [...counts, moving[slot] ?? 0].map(String);
    rows.push([from, ...numbers, ...(isForecast ? [demand.join(", ")] : [])]);
  }
  const numbers = [...roles.map(({ role }) => role), "spare", "on the way"].map((title) => ({
    title,
    align: "right" as const,
  }));
  return sections([
    `rota of ${clockTime(atMs, look)}, ${(spare.length * slotMinutes) / 60} hours ahead`,
    tableText(look, ["from", ...numbers, ...(isForecast ? ["demand (10 to 90 %)"] : [])], rows),
    section(
      look,
      "in short",
      roles.map(({ role, summary }) => `${toned(look, "strong", role)}: ${summary}`).join("\n"),
    ),
  ]);
}

const short = (value: number): string => String(value >= 100 ? Math.round(value) : Math.round(value * 10) / 10);
