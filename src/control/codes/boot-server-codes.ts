/** Codes of the boot server. */
import type { CodeSection } from "./code-section.ts";

export const bootServerCodes: CodeSection = {
  title: "Boot server",
  intro: "",
  codes: {
    RTK_BOOT_FILES: {
      meaning:
        "The preflight, or a promotion, could not fetch the image's file, its kernel or an initrd, or what it got differs from what lies on the disk.",
      does: "Undoes the operation before anything is drained; tries another machine. A promotion leaves the channel.",
      help: "The text names the file; put it there, or make it readable for the TFTP server.",
    },
    RTK_TFTP_NO_ANSWER: {
      meaning: "Nobody answers.",
      does: "Operations wait, and nothing is quarantined meanwhile.",
      help: "Start tftpd, or correct `tftp`.",
    },
    RTK_TFTP_UNREACHABLE: {
      meaning: "The address can't be reached, or the name has no address.",
      does: "As no answer.",
      help: "Correct `tftp`; look at the network.",
    },
    RTK_TFTP_NOT_FOUND: {
      meaning: "The server has no such file.",
      does: "Part of `RTK_BOOT_FILES`.",
      help: "Put the file there.",
    },
    RTK_TFTP_DENIED: {
      meaning: "The server may not read the file.",
      does: "Part of `RTK_BOOT_FILES`.",
      help: "Make the file world-readable.",
    },
    RTK_TFTP_ERROR: {
      meaning: "The server answered with another error.",
      does: "Part of `RTK_BOOT_FILES`.",
      help: "The text quotes it.",
    },
    RTK_TFTP_TOO_LARGE: {
      meaning: "A file that should be small is not.",
      does: "Part of `RTK_BOOT_FILES`, where the file is wanted whole.",
      help: "See what lies there.",
    },
    RTK_TFTP_GARBLED: {
      meaning: "It answered against the protocol.",
      does: "Part of `RTK_BOOT_FILES`.",
      help: "See what listens at that address.",
    },
  },
};
