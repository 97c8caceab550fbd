/** The real world behind the ports, put together from the site's settings. */
import type { Logger } from "pino";
import { unknown } from "../core/domain/reading.ts";
import type { Settings } from "../core/domain/settings.ts";
import { httpBeacons } from "../world/beacons/http-beacons.ts";
import { type BootLinksOnDisk, createBootLinks } from "../world/boot-links/boot-links.ts";
import { bootLinkName } from "../world/boot-links/names.ts";
import { createBootLog } from "../world/boot-log/boot-log.ts";
import { createBootServer } from "../world/boot-server/boot-server.ts";
import { createCalendar } from "../world/calendar/cron-calendar.ts";
import { systemClock } from "../world/clock/system-clock.ts";
import { askPrometheus } from "../world/load/ask-prometheus.ts";
import { distccBuildMeter } from "../world/load/distcc.ts";
import { type PrometheusLoadMeter, prometheusLoadMeter } from "../world/load/prometheus.ts";
import { prometheusHealth } from "../world/load/prometheus-health.ts";
import { prometheusHistory } from "../world/load/prometheus-history.ts";
import type { HealthMeter, LoadMeter, World } from "../world/ports.ts";
import { dryRunPower } from "../world/power/dry-run-power.ts";
import { ipmitoolPower } from "../world/power/ipmitool-power.ts";
import { storageWatch } from "../world/storage/storage-watch.ts";
import { policyTraffic } from "../world/traffic/policy-traffic.ts";

export interface RealWorld extends World {
  readonly links: BootLinksOnDisk;
  /** Null where the site has no Prometheus. */
  readonly prometheus: PrometheusLoadMeter | null;
}

const MACHINE_DEADLINE_MS = 1_500;
/** For each week of minutes; nobody waits for it. */
const PAST_DEADLINE_MS = 30_000;

export function realWorld(settings: Settings, logger: Logger, dryRun: boolean): RealWorld {
  const { bootLinks, bootLog, prometheus, haproxy, beacon, bmc, tftp } = settings;
  const clock = systemClock;
  const meter =
    prometheus === undefined
      ? null
      : prometheusLoadMeter({
          url: prometheus.url,
          deadlineMs: prometheus.deadline,
          tokenFile: prometheus.tokenFile,
          clock,
        });
  const power = dryRun
    ? dryRunPower()
    : ipmitoolPower({
        user: bmc.user,
        passwordFile: bmc.passwordFile,
        intervalMs: bmc.interval,
        logger: logger.child({ part: "power" }),
        clock,
      });
  return {
    clock,
    calendar: createCalendar(),
    prometheus: meter,
    load: meter ?? noPrometheus,
    health:
      prometheus === undefined
        ? noHealth
        : prometheusHealth({ url: prometheus.url, deadlineMs: prometheus.deadline, tokenFile: prometheus.tokenFile }),
    ...(prometheus !== undefined && {
      pastLoad: prometheusHistory({ ...prometheus, deadlineMs: PAST_DEADLINE_MS }),
    }),
    beacons: httpBeacons({ port: beacon.port, deadlineMs: MACHINE_DEADLINE_MS }),
    builds: distccBuildMeter({ deadlineMs: MACHINE_DEADLINE_MS }),
    power,
    storage: storageWatch({ clock, monitoring: prometheus === undefined ? null : askPrometheus(prometheus) }),
    links: createBootLinks({ directories: bootLinks, dryRun, log: logger.child({ part: "boot-links" }) }),
    bootServer: createBootServer({
      tftp,
      directories: bootLinks,
      linkNameOf: (machine) => bootLinkName(machine.loader, machine.ip),
    }),
    bootLog: createBootLog(bootLog),
    traffic: policyTraffic({ haproxySockets: haproxy, dryRun, logger: logger.child({ part: "traffic" }), clock }),
  };
}

const noHealth: HealthMeter = { read: async () => unknown("retask.yaml names no prometheus") };

/** The configuration refuses `series:` without `prometheus:`; should it ever come to this, the answer is honest. */
const noPrometheus: LoadMeter = {
  read: async () => ({ demand: unknown("retask.yaml names no prometheus"), confirm: null }),
};
