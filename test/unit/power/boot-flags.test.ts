/** Boot flags are read by their bytes; the first output was printed by ipmitool 1.8.19. */
import { expect, test } from "vitest";
import { parseBootFlags } from "../../../src/world/power/boot-flags.ts";

const printed = (data: string): string => `Boot parameter version: 1
Boot parameter 5 is valid/unlocked
Boot parameter data: ${data}
 Boot Flags :
   - Boot Flag Invalid
   - Options apply to only next boot
`;

test.each([
  ["0000000000", { network: false, persistent: false, firmware: "bios" }],
  ["c004000000", { network: true, persistent: true, firmware: "bios" }],
  ["e004000000", { network: true, persistent: true, firmware: "uefi" }],
  ["8004000000", { network: true, persistent: false, firmware: "bios" }],
  ["c008000000", { network: false, persistent: true, firmware: "bios" }],
  ["6004000000", { network: false, persistent: false, firmware: "bios" }],
])("%s", (data, flags) => {
  expect(parseBootFlags(printed(data))).toEqual(flags);
});

test.each(["", "Boot parameter data: c0", printed("c004000000").repeat(2)])(
  "what is not exactly that is unknown",
  (text) => {
    expect(parseBootFlags(text)).toBeNull();
  },
);
