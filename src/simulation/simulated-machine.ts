/** One simulated machine and its BMC: it boots whatever its boot link names at the moment that it asks. */
import type { Machine } from "../core/domain/fleet.ts";
import type { ImageName, RoleName } from "../core/domain/names.ts";
import type { BeaconReport, DistccLoad } from "../core/domain/observation.ts";
import type { Random } from "./random.ts";
import type { VirtualClock } from "./virtual-clock.ts";

export interface BootTarget {
  readonly image: ImageName;
  readonly role: RoleName | null;
}

export interface MachineSurroundings {
  readonly clock: VirtualClock;
  readonly random: Random;
  /** What the boot server hands out to this machine now; null: no answer, and the machine waits in its boot ROM. */
  readonly bootTarget: (machine: Machine) => BootTarget | null;
  /** Whether the image's file server is dead: what runs from it answers nobody, and what boots from it waits. */
  readonly hangs: (image: ImageName) => boolean;
  /** Longest and shortest boot, ms from power on to the beacon. */
  readonly bootMs: readonly [number, number];
  readonly shutdownMs: readonly [number, number];
}

type Phase = "off" | "booting" | "up" | "shuttingDown";

/** From power on to the moment when the ROM asks for its link: firmware and memory tests. */
const FIRMWARE_MS = 15_000;
const ROM_RETRY_MS = 30_000;

export class SimulatedMachine {
  /** Whose name and address it gets when it boots; its metal stays what it is. */
  machine: Machine;
  private readonly mac: string;
  phase: Phase = "off";
  running: BootTarget | null = null;
  /** Its power supply has failed: its BMC answers that it is off, whatever it is told. */
  private isBroken = false;
  private readonly around: MachineSurroundings;
  private boots = 0;
  private bootId = "";
  private upSinceMs = 0;
  /** Each power change makes what was under way before it meaningless. */
  private epoch = 0;

  constructor(machine: Machine, around: MachineSurroundings) {
    this.machine = machine;
    this.mac = machine.mac;
    this.around = around;
  }

  get power(): "on" | "off" {
    return this.phase === "off" ? "off" : "on";
  }

  get guid(): string {
    return this.mac.replaceAll(":", "").padStart(32, "0");
  }

  /** At once, in the middle of whatever it does; for ever, unless it is mended. */
  die(): void {
    this.switchOff();
    this.isBroken = true;
  }

  mend(): void {
    this.isBroken = false;
  }

  switchOn(): void {
    if (this.phase !== "off" || this.isBroken) return;
    this.enter("booting");
    this.later(FIRMWARE_MS, () => this.askBootServer());
  }

  switchOff(): void {
    this.enter("off");
    this.running = null;
  }

  /** The ACPI button: heeded by a running system, and by nothing else. */
  pressButton(): void {
    if (this.phase !== "up" || this.hangs) return;
    const [shortest, longest] = this.around.shutdownMs;
    this.enter("shuttingDown");
    this.later(this.around.random.between(shortest, longest), () => this.switchOff());
  }

  /** As found at the start of a simulation: up for a day in what its link names. */
  startRunning(target: BootTarget): void {
    this.comeUp(target);
    this.upSinceMs = this.around.clock.monotonicMs() - 86_400_000;
  }

  private get hangs(): boolean {
    return this.running !== null && this.around.hangs(this.running.image);
  }

  /** What it serves as; null while it serves nothing. */
  get role(): RoleName | null {
    return this.phase === "up" && !this.hangs ? (this.running?.role ?? null) : null;
  }

  report(distcc: DistccLoad | null): BeaconReport | null {
    if (this.phase !== "up" || this.running === null || this.hangs) return null;
    return {
      machine: this.machine.name,
      mac: this.mac,
      role: this.running.role ?? "",
      image: this.running.image,
      bootId: this.bootId,
      uptimeS: (this.around.clock.monotonicMs() - this.upSinceMs) / 1_000,
      distcc,
    };
  }

  private askBootServer(): void {
    const target = this.around.bootTarget(this.machine);
    if (target === null) {
      this.later(ROM_RETRY_MS, () => this.askBootServer());
      return;
    }
    const [shortest, longest] = this.around.bootMs;
    const leftMs = this.around.random.between(shortest, longest) - FIRMWARE_MS;
    this.later(Math.max(0, leftMs), () => this.mountAndComeUp(target));
  }

  /** A kernel goes on asking for its root, for as long as it takes. */
  private mountAndComeUp(target: BootTarget): void {
    if (this.around.hangs(target.image)) this.later(ROM_RETRY_MS, () => this.mountAndComeUp(target));
    else this.comeUp(target);
  }

  private comeUp(target: BootTarget): void {
    this.enter("up");
    this.boots += 1;
    this.bootId = `${this.machine.name}-boot-${this.boots}`;
    this.running = target;
    this.upSinceMs = this.around.clock.monotonicMs();
  }

  private enter(phase: Phase): void {
    this.epoch += 1;
    this.phase = phase;
  }

  private later(ms: number, happen: () => void): void {
    const { epoch } = this;
    this.around.clock.after(ms, () => {
      if (this.epoch === epoch) happen();
    });
  }
}
