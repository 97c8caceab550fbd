/** Command lines of the documentation that no test runs as they stand, by their exact text, each with why. */

const BY_REASON: Readonly<Record<string, readonly string[]>> = {
  "changes the machine that it is typed on: users, packages, systemd, files of root": [
    "apt-get install ipmitool",
    "git clone … /opt/retask",
    "cd /opt/retask",
    "npm ci",
    "npm link            # puts `retask` on the path",
    "mkdir -p /etc/retask",
    "cp -r /opt/retask/policies/example/. /etc/retask/",
    "install -D -m 755 /opt/retask/deploy/beacon/retask-beacon usr/local/lib/retask/retask-beacon",
    "cp /opt/retask/deploy/beacon/retask-beacon.socket '/opt/retask/deploy/beacon/retask-beacon@.service' etc/systemd/system/",
    "systemctl --root=. enable retask-beacon.socket",
    "cd /opt/retask/deploy/systemd",
    "install -m 644 retask.sysusers.conf /etc/sysusers.d/retask.conf && systemd-sysusers",
    "install -m 644 retask.service /etc/systemd/system/retask.service",
    "install -m 600 /dev/stdin /etc/retask/bmc-password      # type the BMC password, then Ctrl-D",
    "chgrp retask /srv/tftp/linux-install/pxelinux.cfg && chmod 2775 /srv/tftp/linux-install/pxelinux.cfg",
    "adduser retask haproxy                                  # where HAProxy's socket is on this machine",
    "systemctl daemon-reload && systemctl enable --now retask",
    "systemctl enable --now retask",
    "systemctl restart retask",
  ],
  "looks at what only a machine with an installed daemon has": [
    "systemctl status retask",
    "journalctl -u retask -f",
    "journalctl -u retask -n 50",
    "journalctl -u retask -n 200 | grep -E 'tick failed|RTK_STORE'",
    "df -h /var/lib/retask",
    "ls -l /var/lib/retask",
    'top -b -n 1 -p "$(systemctl show -P MainPID retask)"',
    "promtool check config prometheus.yml",
    "curl -s http://127.0.0.1:9420/metrics | head",
  ],
  "asks one of the site's machines": [
    "curl http://10.0.3.17:9421/metrics",
    "curl -m 2 http://ADDRESS_OF_M01:9421/metrics",
    `curl -sG http://PROMETHEUS:9090/api/v1/query --data-urlencode 'query=haproxy_backend_current_sessions{proxy="web"}'`,
  ],
  "for the reader's own shell: leads the CLI to the demo": [
    `alias retask="node $PWD/dist/cli/main.js"`,
    "export RETASK_SITE=/tmp/retask-demo-a9rd3y TZ=Europe/Berlin",
  ],
  "changes or kills something of the demo, as test/component/demo-procedures.test.ts does": [
    String.raw`sed -i 's/^limits:/&\n  reserve: { machines: 1 }/' "$RETASK_SITE/policies/limits.yaml"`,
    'touch "$RETASK_SITE/dead/m20"',
    'touch "$RETASK_SITE/dead/nfs-a"',
    'rm "$RETASK_SITE/dead/nfs-a"',
  ],
};

export const LISTED: ReadonlySet<string> = new Set(Object.values(BY_REASON).flat());

/** Whole pages that a test of their own runs, as one script. */
export const RUN_ELSEWHERE: ReadonlyMap<string, string> = new Map([
  ["docs/how-to/use-the-api.md", "test/component/how-to-api.test.ts"],
]);
