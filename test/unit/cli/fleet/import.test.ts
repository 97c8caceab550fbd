/** Machines from elsewhere: a CSV file, a dhcpd.conf; what is no machine is named with its line, and nothing is overwritten. */
import { expect, test } from "vitest";
import { importRows } from "../../../../src/cli/fleet/import-rows.ts";
import { entriesOf, standingOf } from "../../../../src/cli/fleet/merge-entries.ts";
import { neighbourIn } from "../../../../src/cli/fleet/neighbours.ts";
import { readCsv } from "../../../../src/cli/fleet/read-csv.ts";
import { readDhcpd } from "../../../../src/cli/fleet/read-dhcpd.ts";

/** As an administrator's guide for near-diskless servers has it, with its braces and addresses made whole. */
const DHCPD = `subnet 192.168.1.0 netmask 255.255.255.0 {
  pool {
    option domain-name "yourdomain.com; host no { }";
    range dynamic-bootp 192.168.1.200 192.168.1.250;
    next-server tftpserver.yourdomain.com;
    filename "linux-install/pxelinux.0";
    group {
      use-host-decl-names on;
      host diskless-0.yourdomain.com {
        # Use the diskless server's MAC address { }
        hardware ethernet 00:11:22:33:44:55;
        fixed-address 192.168.1.10;
      }
      # You will have one of these entries for each
      # diskless server.
      host Diskless-1.yourdomain.com { option host-name "x"; hardware Ethernet
        0:11:22:33:44:56; if known { log(info, "}"); } fixed-address 192.168.1.11, 10.0.0.11; }
      host printer { hardware ethernet 00:11:22:33:44:57; }
    }
  }
}
include "/etc/dhcp/more.conf";
`;

test("every host of a dhcpd.conf is found, in groups and pools, between comments and options", () => {
  expect(readDhcpd(DHCPD)).toEqual({
    ok: true,
    rows: [
      { line: 9, cells: { name: "diskless-0", mac: "00:11:22:33:44:55", ip: "192.168.1.10" } },
      { line: 16, cells: { name: "diskless-1", mac: "00:11:22:33:44:56", ip: "192.168.1.11" } },
    ],
    skipped: [
      { line: 18, why: "the host printer has no fixed-address" },
      { line: 22, why: "the included file /etc/dhcp/more.conf was not read; import it by itself" },
    ],
  });
});

test.each([
  ["group { host a { hardware ethernet 0:1:2:3:4:5; }", "the brace of line 1 is never closed"],
  ["option x y;\n}", "line 2: a brace closes that was never opened"],
])("a dhcpd.conf that ends too early or too late is refused: %j", (text, why) => {
  expect(readDhcpd(text)).toEqual({ ok: false, why });
});

const CSV = `name,ip,mac,bmc,rack,domains.row,roles,capacity
# spares
m31,10.0.3.31,00:11:22:33:44:31,10.0.9.31:6230,r3,a,web compile,1.5
"m32", 10.0.3.32 ,00:11:22:33:44:32,10.0.9.32,,,"web,compile",
`;

const rowsOf = (text: string, needed: readonly string[] = []) => {
  const read = readCsv(text, needed);
  if (!read.ok) throw new Error(read.why);
  return read.rows;
};

test("a line of a CSV file is an entry, and an empty cell is none", () => {
  expect(importRows(rowsOf(CSV), {})).toEqual({
    problems: [],
    entries: [
      {
        line: 3,
        entry: {
          ...{ name: "m31", ip: "10.0.3.31", mac: "00:11:22:33:44:31", bmc: { address: "10.0.9.31", port: 6230 } },
          ...{ domains: { rack: "r3", row: "a" }, roles: ["web", "compile"], capacity: 1.5 },
        },
      },
      {
        line: 4,
        entry: {
          ...{ name: "m32", ip: "10.0.3.32", mac: "00:11:22:33:44:32", bmc: "10.0.9.32" },
          roles: ["web", "compile"],
        },
      },
    ],
  });
});

test.each([
  ["", [], "the file is empty"],
  ["name,ip\n", ["name", "ip", "mac"], "line 1: the header lacks the column mac"],
  ["name,racks\n", [], 'line 1: no column is named "racks"; did you mean rack?'],
  ["name,rack,domains.rack\n", [], "line 1: the column domains.rack is there twice"],
  ["name,ip\nm1\nm2,1,2\n", [], "line 2 has 1 cells, the header 2; line 3 has 3 cells, the header 2"],
  ['name\n"m1', [], "Quote Not Closed"],
])("a CSV file that can't be meant so is refused: %j", (text, needed, why) => {
  expect(readCsv(text, needed)).toMatchObject({ ok: false, why: expect.stringContaining(why) });
});

test("every line that is no machine is named, and so is the key", () => {
  const bad = CSV.replace("10.0.3.31", "10.0.3").replace("00:11:22:33:44:32", "soon");
  expect(importRows(rowsOf(bad), {}).problems).toEqual([
    { line: 3, why: "m31 ip: expected an IPv4 address, as in 10.0.3.17" },
    { line: 4, why: "m32 mac: expected a MAC address, as in 00:11:22:33:44:55" },
  ]);
});

test("BMCs are joined from another file, by name or MAC address, or made by a rule", () => {
  const rows = rowsOf("name,ip,mac\nm31,10.0.3.31,00:11:22:33:44:AA\nm32,10.0.3.32,00:11:22:33:44:BB\n");
  const joined = rowsOf("mac,bmc,rack\n00:11:22:33:44:aa,10.1.1.1,r1\n");
  const { entries, problems } = importRows(rows, { joined, bmcFrom: "{name}.bmc-{4}-{2}.example" });
  expect(problems).toEqual([]);
  expect(entries.map(({ entry }) => entry.bmc)).toEqual(["10.1.1.1", "m32.bmc-32-0.example"]);
  expect(entries[0]?.entry).toMatchObject({ name: "m31", domains: { rack: "r1" } });
  expect(importRows(rows, { joined: [...joined, ...joined] }).problems[0]?.why).toContain("more than once");
});

test("an entry is new, the same as far as it goes, or at odds, and then each difference is named", () => {
  const known = entriesOf(
    `machines:\n  - { name: m01, ip: 10.0.3.1, mac: "00:11:22:33:44:aa", bmc: 10.0.9.1, capacity: 2 }\n`,
  );
  const same = { name: "m01", ip: "10.0.3.1", mac: "00:11:22:33:44:AA", bmc: { address: "10.0.9.1", port: 623 } };
  expect(standingOf(known, same)).toEqual({ kind: "same" });
  expect(standingOf(known, { ...same, ip: "10.0.3.9" })).toEqual({
    kind: "conflict",
    why: "ip is 10.0.3.1 in fleet.yaml, 10.0.3.9 here",
  });
  const other = { name: "m02", ip: "10.0.3.2", mac: "00:11:22:33:44:bb", bmc: "10.0.9.2" };
  expect(standingOf(known, other)).toEqual({ kind: "new" });
  for (const taken of [{ ip: same.ip }, { mac: same.mac }, { bmc: "10.0.9.1" }])
    expect(standingOf(known, { ...other, ...taken })).toMatchObject({
      kind: "conflict",
      why: expect.stringMatching(/m01's$/),
    });
});

test("who answers for an address is read from the kernel's table, once it was resolved", () => {
  const table = `IP address       HW type     Flags       HW address            Mask     Device
10.0.3.31        0x1         0x2         00:11:22:AA:bb:05     *        eth0
10.0.3.32        0x1         0x0         00:00:00:00:00:00     *        eth0
`;
  expect(neighbourIn(table, "10.0.3.31")).toBe("00:11:22:aa:bb:05");
  expect(neighbourIn(table, "10.0.3.32")).toBeNull();
  expect(neighbourIn(table, "10.0.3.3")).toBeNull();
});
