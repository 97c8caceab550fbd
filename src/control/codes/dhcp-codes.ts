/** Codes of the DHCP server's entries. */
import type { CodeSection } from "./code-section.ts";

export const dhcpCodes: CodeSection = {
  title: "DHCP",
  intro:
    "What `retask dhcp` and the commands that change the fleet end with. The daemon itself never writes these files.",
  codes: {
    RTK_DHCP_FILE: {
      meaning: "The file that the DHCP server includes, or that server's configuration, can't be read or replaced.",
      does: "Leaves the old file as it is.",
      help: "The text says why; run the command as root, or as who owns the file.",
    },
    RTK_DHCP_FOREIGN: {
      meaning: "The file was not written by retask: its first line does not say so.",
      does: "Leaves it as it is.",
      help: "Move it away, or name another file in `dhcp.file`.",
    },
    RTK_DHCP_REFUSED: {
      meaning: "The DHCP server refuses its configuration with the new entries in it, or does not include them.",
      does: "Leaves the old file as it is; the server was not told anything.",
      help: "The text quotes the server.",
    },
    RTK_DHCP_RELOAD: {
      meaning: "The DHCP server could not be reloaded with the new entries.",
      does: "Puts the old file back, and reloads the server with it.",
      help: "The text quotes the command or the server; make `dhcp.reload` work, then `retask dhcp apply`.",
    },
    RTK_DHCP_LEASE: {
      meaning: "An address changed hands, and Kea may keep it for the old network card until that one's lease ends.",
      does: "Warns, and goes on.",
      help: "Load Kea's `libdhcp_lease_cmds.so`, or wait for the lease to end.",
    },
  },
};
