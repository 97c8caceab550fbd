/** What the demo's watcher has killed: a file in the directory `dead`, named after a machine or a file server, is its death. */
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { MachineName } from "../../core/domain/names.ts";
import type { SimulatedWorld } from "../../simulation/simulated-world.ts";

export interface TheDeadOptions {
  /** The demo's own; `dead` is made in it. */
  readonly directory: string;
  readonly world: SimulatedWorld;
  /** The file servers' names at this moment. */
  readonly servers: () => readonly string[];
  readonly say: (line: string) => void;
}

export class TheDead {
  private readonly path: string;
  private readonly options: TheDeadOptions;
  /** By the file's name, how each comes back to life: a machine's metal may bear another name by then. */
  private readonly revivals = new Map<string, () => void>();

  constructor(options: TheDeadOptions) {
    this.options = options;
    this.path = join(options.directory, "dead");
    mkdirSync(this.path);
  }

  /** Once for each file that has come or gone since. */
  look(): void {
    const files = new Set(readdirSync(this.path));
    for (const [name, revive] of this.revivals) {
      if (files.has(name)) continue;
      this.revivals.delete(name);
      revive();
    }
    for (const name of files) if (!this.revivals.has(name)) this.revivals.set(name, this.kill(name));
  }

  private kill(name: string): () => void {
    const { world, say, servers } = this.options;
    if (servers().includes(name)) {
      world.deadServers.add(name);
      say(`${name}  dies: what runs from it hangs`);
      return () => {
        world.deadServers.delete(name);
        say(`${name}  serves again`);
      };
    }
    const metal = world.machines.get(name as MachineName);
    if (metal === undefined) {
      say(`${name}  is no machine and no file server of this farm, so nobody died`);
      return () => {};
    }
    metal.die();
    say(`${name}  dies: its BMC says off, whatever it is told`);
    return () => {
      metal.mend();
      say(`${name}'s former hardware is mended, and off`);
    };
  }
}
