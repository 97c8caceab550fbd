/** Two entries of fleet.yaml change their hardware, and keep the rest. */
import { expect, test, vi } from "vitest";
import { Lexer } from "yaml";
import { exchangeHardware } from "../../../../src/cli/fleet/exchange-hardware.ts";

const FLEET = `# ours
machines:
  - { name: m07, ip: 10.0.3.7, mac: "00:11:22:33:44:07", bmc: 10.0.9.7, domains: { rack: r1, storage: nfs-a }, roles: [web] }   # by the door
  - name: m31
    ip: 10.0.3.31
    mac: 00:11:22:33:44:31
    bmc: { address: 10.0.9.31, port: 624 }
    domains: { rack: r3, pdu: p3, storage: nfs-b }
    capacity: 1.5
    loader: grub
`;
const PAIR = { machine: "m07", spare: "m31" };
const exchanged = (text: string, spareIs: "retired" | "active") => {
  const edited = exchangeHardware(text, { ...PAIR, spareIs });
  return edited.ok ? edited.text : edited.why;
};

test("the metal goes over, with its rack; names, addresses, roles and NFS servers stay, and the comments too", () => {
  expect(exchanged(FLEET, "retired")).toBe(`# ours
machines:
  - { name: m07, ip: 10.0.3.7, mac: "00:11:22:33:44:31", bmc: { address: 10.0.9.31, port: 624 }, domains: { rack: r3, pdu: p3, storage: nfs-a }, roles: [web], capacity: 1.5, loader: grub }   # by the door
  - name: m31
    ip: 10.0.3.31
    mac: 00:11:22:33:44:07
    bmc: 10.0.9.7
    domains: { rack: r1, storage: nfs-b }
    status: retired
`);
});

test("undone, everything means what it meant", () => {
  const back = exchanged(exchanged(FLEET, "retired"), "active");
  expect(back).toContain(
    'mac: "00:11:22:33:44:07", bmc: 10.0.9.7, domains: { rack: r1, storage: nfs-a }, roles: [web] }',
  );
  expect(back).toContain("capacity: 1.5\n    loader: grub\n");
  expect(back).not.toContain("status");
});

test("a machine that is not there is told", () => {
  expect(exchangeHardware(FLEET, { machine: "m99", spare: "m31", spareIs: "retired" })).toEqual({
    ok: false,
    why: "it has no machine m99",
  });
});

test("a file of many machines is read whole a few times, and not once for each key that changes", () => {
  const entry = (n: number) =>
    `  - { name: m0${n}, mac: "00:11:22:33:44:0${n}", bmc: 10.0.9.${n}, domains: { rack: r${n} } }\n`;
  const text = `machines:\n${[1, 2, 3, 4, 5, 6].map(entry).join("")}`;
  const read = vi.spyOn(Lexer.prototype, "lex");
  const edited = exchangeHardware(text, { machine: "m01", spare: "m06", spareIs: "retired" });
  const whole = read.mock.calls.filter(([source]) => source.length > text.length / 2);
  read.mockRestore();
  expect(edited).toMatchObject({ ok: true });
  // What it was, that with its tokens, and what became of it.
  expect(whole).toHaveLength(3);
});
