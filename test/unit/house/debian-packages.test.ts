/** The installer of Debian packages, run with stand-ins for dpkg, apt and systemctl that record what they are asked. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const scripts = fileURLToPath(new URL("../../../scripts", import.meta.url));
const entries = readFileSync(join(scripts, "debian-packages.txt"), "utf8")
  .split("\n")
  .filter((line) => line.trim() !== "" && !line.startsWith("#"));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "retask-debian-"));
  mkdirSync(join(folder, "bin"));
  writeFileSync(join(folder, "list.txt"), "# why\nalpha   a reason\nbeta    another\ngamma\n");
  // alpha is installed, beta was removed with its configuration kept, gamma is unknown to dpkg.
  standIn(
    "dpkg-query",
    `for last; do :; done
case $last in alpha) echo "install ok installed" ;; beta) echo "deinstall ok config-files" ;; *) exit 1 ;; esac`,
  );
  standIn("dpkg", '[ "$2" = beta ] && echo /lib/systemd/system/beta.service; exit 0');
  standIn("systemctl", `echo "systemctl $*" >>"${folder}/calls"`);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function standIn(name: string, body: string): void {
  writeFileSync(join(folder, "bin", name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
}

/** apt-get that notes its arguments and whether services are kept from starting while it runs; fails the first times. */
function standInApt(failures: number): void {
  const count = `${folder}/failures`;
  writeFileSync(count, String(failures));
  standIn(
    "apt-get",
    `echo "apt-get $* policy=$("${folder}/policy-rc.d" >/dev/null 2>&1; echo $?)" >>"${folder}/calls"
[ "$1" = update ] && exit 0
left=$(cat "${count}"); [ "$left" -eq 0 ] || { echo $((left - 1)) >"${count}"; exit 100; }`,
  );
}

function install(user: "root" | "someone"): { code: number | null; output: string; calls: string[] } {
  standIn("id", `echo ${user === "root" ? 0 : 1000}`);
  const env = {
    PATH: `${folder}/bin:/usr/bin:/bin`,
    DEBIAN_PACKAGES: `${folder}/list.txt`,
    POLICY_RC_D: `${folder}/policy-rc.d`,
  };
  const ran = spawnSync("sh", [join(scripts, "install-debian-packages.sh")], { env, encoding: "utf8" });
  const calls = existsSync(`${folder}/calls`) ? readFileSync(`${folder}/calls`, "utf8").trim().split("\n") : [];
  return { code: ran.status, output: `${ran.stdout}${ran.stderr}`, calls };
}

describe("the list", () => {
  test.each(entries)("says why: %s", (line) => {
    expect(line).toMatch(/^[a-z0-9][a-z0-9+.-]+ {2,}\S.{10,}$/);
  });

  test("names no package twice", () => {
    const names = entries.map((line) => line.split(/\s/)[0]);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe("the installer", () => {
  test("asks for nothing when every package is there", () => {
    writeFileSync(join(folder, "list.txt"), "alpha\n");
    standInApt(0);
    expect(install("root")).toMatchObject({ code: 0, calls: [] });
  });

  test("installs only what is missing, with services kept from starting", () => {
    standInApt(0);
    const { code, calls } = install("root");
    expect(code).toBe(0);
    expect(calls[0]).toMatch(/^apt-get install .*--no-install-recommends .* beta gamma policy=101$/);
    expect(calls[0]).not.toContain("alpha");
    expect(calls.filter((call) => call.includes("update"))).toEqual([]);
  });

  test("keeps a new package's service from starting at the next boot, and touches no other", () => {
    standInApt(0);
    expect(install("root").calls.slice(1)).toEqual(["systemctl disable beta.service"]);
  });

  test("fetches the package lists only after a failed try", () => {
    standInApt(1);
    const { code, calls } = install("root");
    expect(code).toBe(0);
    expect(calls.map((call) => call.split(" ")[1])).toEqual(["install", "update", "install", "disable"]);
  });

  test.each([0, 2])("puts the administrator's own policy back, after %i failed tries", (failures) => {
    writeFileSync(join(folder, "policy-rc.d"), "#!/bin/sh\n# mine\nexit 0\n", { mode: 0o755 });
    standInApt(failures);
    expect(install("root").code).toBe(failures === 0 ? 0 : 100);
    expect(readFileSync(join(folder, "policy-rc.d"), "utf8")).toContain("# mine");
  });

  test("leaves no policy where there was none", () => {
    standInApt(0);
    install("root");
    expect(existsSync(join(folder, "policy-rc.d"))).toBe(false);
  });

  test("without root or sudo, names what is missing and fails", () => {
    standInApt(0);
    standIn("sudo", "exit 1");
    const { code, output, calls } = install("someone");
    expect(code).toBe(1);
    expect(output).toContain("apt-get install --no-install-recommends beta gamma");
    expect(calls).toEqual([]);
  });

  test("goes on through sudo where that asks for no password", () => {
    standInApt(0);
    // Only what runs under sudo is root.
    standIn("sudo", `[ "$2" = true ] && exit 0; shift; printf '#!/bin/sh\\necho 0\\n' >"${folder}/bin/id"; exec "$@"`);
    const { code, calls } = install("someone");
    expect(code).toBe(0);
    expect(calls[0]).toContain("beta gamma");
  });
});
