/**
 * `npm run bench:retask`: how long each phase of a re-task takes, and how much of it is retask's own. A machine that
 * really boots is forced to and fro between web and compile; exit code 1 says that retask itself took too long.
 */
import { parseArgs } from "node:util";
import { order } from "../../component/support/real-farm/look.ts";
import type { Role } from "../../component/support/real-farm/tftp-root.ts";
import { startLab } from "../support/lab.ts";
import { figuresText, type Move, ownFigures } from "./figures.ts";
import { watchMove } from "./watch-move.ts";

const { values } = parseArgs({
  options: { moves: { type: "string", default: "10" }, json: { type: "boolean", default: false } },
});
const count = Number(values.moves);
if (!Number.isInteger(count) || count < 1) throw new Error(`--moves ${values.moves}: at least 1, please`);

/** On stderr: what is printed on stdout are the figures alone. */
const say = (text: string): void => console.error(text);
const lab = await startLab({ web: 1, compile: 2, spares: 0, say });
try {
  await lab.daemon.start();
  await lab.adopt();
  const moves = await moveToAndFro();
  const own = ownFigures(moves);
  console.log(values.json ? JSON.stringify({ moves, own }, null, 1) : figuresText(moves));
  process.exitCode = own.every(({ ok }) => ok) ? 0 : 1;
} finally {
  await lab.stop();
}
process.exit();

/** One machine alone, and the others pinned: what is measured is a re-task, not how two share the cores. */
async function moveToAndFro(): Promise<Move[]> {
  const machine = lab.machine("m2");
  for (const { name } of lab.machines) if (name !== machine.name) await order(lab, "PUT", `/v1/overrides/pins/${name}`);
  const moves: Move[] = [];
  while (moves.length < count) {
    const to: Role = moves.length % 2 === 0 ? "web" : "compile";
    const move = await watchMove(lab, machine, to);
    moves.push(move);
    say(`${moves.length} of ${count}: ${machine.name} serves as ${to}`);
  }
  return moves;
}
