/** Reads a beacon's text strictly: a beacon proves that a machine is what it should be, so nothing odd in it is let pass. */
import type { BeaconReport, DistccLoad } from "../../core/domain/observation.ts";
import type { Heard } from "../ports.ts";

interface Sample {
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

const FORMAT = "1";
const MAX_LABEL_LENGTH = 128;

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*/;
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\[\\"n])*)"(,?)/;
const NUMBER = /^(?:\d+(?:\.\d+)?)(?:[eE][+-]?\d+)?$/;
const COUNT = /^\d{1,9}$/;
const MAC = /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/;
/** Role and image are empty on a machine that booted something else, such as the holding image. */
const MUST_NOT_BE_EMPTY = ["machine", "mac", "boot_id"];

const INFO = "retask_beacon_info";
const UPTIME = "retask_beacon_uptime_seconds";
const DISTCC = ["in_flight", "queue", "slots"].map((name) => `retask_beacon_distcc_${name}`);

/** Metrics of other names may stand beside the beacon's own, if they are well formed. */
export function parseBeacon(text: string): Heard<BeaconReport> {
  try {
    return { ok: true, value: reportOf(readSamples(text)) };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, why: error.message };
    throw error;
  }
}

/** Thrown and caught in this file alone: there are twenty places to refuse, and one to answer. */
class Refusal extends Error {}

function reportOf(samples: ReadonlyMap<string, Sample>): BeaconReport {
  const info = samples.get(INFO);
  if (info === undefined) throw new Refusal(`${INFO} is missing`);
  const label = (name: string): string => requireLabel(info, name);
  if (label("format") !== FORMAT)
    throw new Refusal(`format ${label("format")} is not one that retask reads (${FORMAT})`);
  const mac = label("mac").toLowerCase();
  for (const name of MUST_NOT_BE_EMPTY) if (label(name) === "") throw new Refusal(`label ${name} is empty`);
  if (!MAC.test(mac)) throw new Refusal(`label mac is not a MAC address`);

  const uptime = samples.get(UPTIME);
  if (uptime === undefined) throw new Refusal(`${UPTIME} is missing`);
  return {
    machine: label("machine"),
    mac,
    role: label("role"),
    image: label("image"),
    bootId: label("boot_id"),
    uptimeS: uptime.value,
    distcc: distccOf(samples),
  };
}

function requireLabel(info: Sample, name: string): string {
  const value = info.labels.get(name);
  if (value === undefined) throw new Refusal(`${INFO} has no label ${name}`);
  return value;
}

function distccOf(samples: ReadonlyMap<string, Sample>): DistccLoad | null {
  const values = DISTCC.map((name) => samples.get(name)?.value);
  if (values.every((value) => value === undefined)) return null;
  const [inFlight, queue, slots] = values;
  if (inFlight === undefined || queue === undefined || slots === undefined) {
    throw new Refusal(`of ${DISTCC.join(", ")} there must be all or none`);
  }
  if (![inFlight, queue, slots].every((value) => COUNT.test(String(value))) || slots === 0) {
    throw new Refusal("the distcc figures are not whole numbers of jobs");
  }
  return { inFlight, queue, slots };
}

function readSamples(text: string): Map<string, Sample> {
  // CR-LF or an escape sequence in a name would forge lines in logs and on terminals.
  if (/[^\x20-\x7e\n]/.test(text)) throw new Refusal("it holds characters that are not printable ASCII");
  if (!text.endsWith("\n")) throw new Refusal("its last line is cut short");
  const samples = new Map<string, Sample>();
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const { name, ...sample } = readLine(line);
    if (!isOwn(name)) continue;
    if (samples.has(name)) throw new Refusal(`${name} appears twice`);
    samples.set(name, sample);
  }
  return samples;
}

const isOwn = (name: string): boolean => name === INFO || name === UPTIME || DISTCC.includes(name);

function readLine(line: string): Sample & { readonly name: string } {
  const name = NAME.exec(line)?.[0];
  if (name === undefined) throw new Refusal("a line is not a metric");
  const { labels, rest } = readLabels(name, line.slice(name.length));
  const value = /^ +(\S+)$/.exec(rest)?.[1];
  if (value === undefined) throw new Refusal(`${name} has no single value`);
  // Foreign metrics may be NaN or negative; the beacon's own are counts, seconds and 1.
  if (isOwn(name) && !(NUMBER.test(value) && Number.isFinite(Number(value)))) {
    throw new Refusal(`${name} has an odd value`);
  }
  return { name, labels, value: Number(value) };
}

function readLabels(metric: string, text: string): { labels: Map<string, string>; rest: string } {
  const labels = new Map<string, string>();
  if (!text.startsWith("{")) return { labels, rest: text };
  let rest = text.slice(1);
  while (!rest.startsWith("}")) {
    const match = LABEL.exec(rest);
    const [whole, name, quoted, comma] = match ?? [];
    if (whole === undefined || name === undefined || quoted === undefined)
      throw new Refusal(`${metric} has odd labels`);
    rest = rest.slice(whole.length);
    if (comma === "" && !rest.startsWith("}")) throw new Refusal(`${metric} has odd labels`);
    if (labels.has(name)) throw new Refusal(`${metric} has label ${name} twice`);
    labels.set(name, unescapeLabel(metric, name, quoted));
  }
  return { labels, rest: rest.slice(1) };
}

function unescapeLabel(metric: string, name: string, quoted: string): string {
  const value = quoted.replaceAll(/\\([\\"n])/g, (_, escaped: string) => {
    if (escaped === "n") throw new Refusal(`${metric}'s label ${name} holds a line break`);
    return escaped;
  });
  if (value.length > MAX_LABEL_LENGTH) {
    throw new Refusal(`${metric}'s label ${name} is longer than ${MAX_LABEL_LENGTH} characters`);
  }
  return value;
}
