/** What is remembered between observations: the last word of each machine, and since when it has been quiet. */
import type { Machine } from "../core/domain/fleet.ts";
import type { MachineName, RoleName } from "../core/domain/names.ts";
import type {
  BeaconFact,
  BeaconReport,
  BootServerFact,
  DemandFacts,
  DistccLoad,
  LinkFact,
  Observation,
  TrafficFact,
} from "../core/domain/observation.ts";
import type { StorageFacts } from "../core/domain/storage.ts";
import type { Store } from "../store/store.ts";
import type { BootLinks, Heard, ImageCatalogue, World } from "../world/ports.ts";
import { PowerPoller } from "./power-poller.ts";

export class Observer {
  readonly power: PowerPoller;
  readonly links = new Map<MachineName, LinkFact>();
  readonly bootStages = new Map<MachineName, string | null>();
  readonly loads = new Map<MachineName, DistccLoad | null>();
  /** By role, then machine: what the role's traffic systems say. */
  readonly traffic = new Map<RoleName, ReadonlyMap<MachineName, TrafficFact>>();
  readonly demand = new Map<RoleName, DemandFacts>();
  health: Observation["health"] = new Map();
  catalogue: ImageCatalogue = { channels: new Map(), images: new Map(), roots: new Map() };
  /** By the file server's name. */
  readonly storage = new Map<string, StorageFacts>();
  bootServer: BootServerFact = { ok: false, why: "not asked yet" };
  /** Monotonic ms of the last observation; null before the first. */
  lastMs: number | null = null;
  private readonly world: World;
  private imageReadings = 0;
  private readonly heard = new Map<MachineName, { readonly report: BeaconReport; readonly atMs: number }>();
  private readonly silence = new Map<MachineName, string>();
  private readonly quietSince = new Map<MachineName, number>();

  constructor(world: World, store: Store, wake: () => void) {
    this.world = world;
    this.power = new PowerPoller(world, store, wake);
  }

  /** Channels and images, as they are from now on. Of readings that overlap the one that began last counts: it saw more. */
  async readImages(links: Pick<BootLinks, "catalogue">, signal: AbortSignal): Promise<Heard<ImageCatalogue>> {
    this.imageReadings += 1;
    const reading = this.imageReadings;
    const read = await links.catalogue(signal);
    // An unreadable directory must not look like one without images: what was known stays until it can be read.
    if (read.ok && reading === this.imageReadings) this.catalogue = read.value;
    return read;
  }

  noteBeacon(machine: MachineName, answer: Heard<BeaconReport>): void {
    if (answer.ok) {
      this.heard.set(machine, { report: answer.value, atMs: this.world.clock.monotonicMs() });
      this.silence.delete(machine);
    } else {
      this.silence.set(machine, answer.why);
    }
  }

  /** `ageMs` is 0 for a beacon heard since `sinceMs`, the beginning of this observation. */
  beacon(machine: MachineName, sinceMs: number): BeaconFact {
    const last = this.heard.get(machine);
    if (last === undefined) return { kind: "silent", why: this.silence.get(machine) ?? "not asked yet" };
    const ageMs = last.atMs >= sinceMs ? 0 : this.world.clock.monotonicMs() - last.atMs;
    return { kind: "heard", report: last.report, ageMs };
  }

  /** Only an unbroken row of zeros counts: right after a drain the first zero proves nothing. */
  noteLoad(machine: Machine, load: DistccLoad | null): void {
    this.loads.set(machine.name, load);
    const idle = load !== null && load.inFlight === 0 && (load.queue ?? 0) === 0;
    if (!idle) this.quietSince.delete(machine.name);
    else if (!this.quietSince.has(machine.name)) this.quietSince.set(machine.name, this.world.clock.monotonicMs());
  }

  quietMs(machine: MachineName): number {
    const since = this.quietSince.get(machine);
    return since === undefined ? 0 : this.world.clock.monotonicMs() - since;
  }
}
