/** Every check of `retask doctor` that looks beyond the site's files. */
import { beaconsCheck } from "./check-beacons.ts";
import { bmcCheck } from "./check-bmcs.ts";
import { clocksCheck } from "./check-clocks.ts";
import { dhcpCheck } from "./check-dhcp.ts";
import { guidsCheck } from "./check-guids.ts";
import { haproxyCheck } from "./check-haproxy.ts";
import { hostsCheck } from "./check-hosts.ts";
import { imagesCheck } from "./check-images.ts";
import { ipmitoolCheck } from "./check-ipmitool.ts";
import { linksCheck } from "./check-links.ts";
import { passwordsCheck } from "./check-passwords.ts";
import { prometheusCheck } from "./check-prometheus.ts";
import { storageCheck } from "./check-storage.ts";
import { userCheck } from "./check-user.ts";
import type { Check } from "./examined.ts";

/** In the order of `CHECKS`. */
export const checks: readonly Check[] = [
  userCheck,
  ipmitoolCheck,
  passwordsCheck,
  bmcCheck,
  guidsCheck,
  linksCheck,
  dhcpCheck,
  imagesCheck,
  storageCheck,
  prometheusCheck,
  haproxyCheck,
  hostsCheck,
  beaconsCheck,
  clocksCheck,
];
