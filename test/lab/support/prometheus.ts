/** The lab's Prometheus: scrapes HAProxy, retask, and the beacons of the machines that retask names through /v1/sd. */
import { type FarmPrometheus, runPrometheus } from "../../component/support/real-farm/prometheus.ts";

export interface ScrapedPlaces {
  /** `address:port` of each HAProxy's exporter. */
  readonly proxies: readonly string[];
  /** `address:port` of retask's API. */
  readonly retask: string;
  /** An exporter beside each file server, with the server's name. */
  readonly storage?: readonly { readonly name: string; readonly target: string }[];
}

export const startLabPrometheus = (dir: string, listen: string, scraped: ScrapedPlaces): Promise<FarmPrometheus> =>
  runPrometheus(dir, listen, configuration(scraped));

const configuration = ({ proxies, retask, storage = [] }: ScrapedPlaces): string => `global:
  scrape_interval: 1s
  scrape_timeout: 1s
scrape_configs:
  - job_name: haproxy
    static_configs: [{ targets: [${proxies.map((target) => `"${target}"`).join(", ")}] }]
  - job_name: retask
    static_configs: [{ targets: ["${retask}"] }]
  - job_name: nfs
    static_configs: [${storage.map(({ name, target }) => `{ targets: ["${target}"], labels: { server: ${name} } }`).join(", ")}]
  - job_name: beacons
    honor_labels: true
    # An emulated machine takes its time to answer.
    scrape_interval: 5s
    scrape_timeout: 5s
    http_sd_configs: [{ url: "http://${retask}/v1/sd", refresh_interval: 5s }]
`;
