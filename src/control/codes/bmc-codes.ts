/** Codes of BMCs and ipmitool. */
import { bmcAdvice } from "../../world/power/bmc-advice.ts";
import type { CodeSection } from "./code-section.ts";

export const bmcCodes: CodeSection = {
  title: "BMC and ipmitool",
  intro:
    "A BMC that can't be used makes its machine *unmanageable*: at once for `RTK_BMC_AUTH` and `RTK_BMC_WRONG_GUID`, after three failed readings in a row for the others. It goes on serving and counts, but is not moved, and after three failures its BMC is asked every 5 minutes only. The first good reading ends that. If it happens to an operation before its power-off was sent, the operation is undone.",
  codes: {
    RTK_BMC_AUTH: {
      meaning: "The BMC refused the user or the password.",
      does: "Asks this BMC no more until the password file's content changes, or the daemon is restarted.",
      help: bmcAdvice.RTK_BMC_AUTH,
    },
    RTK_BMC_UNREACHABLE: {
      meaning: "Nothing answers at the BMC's address. Nothing was sent to the machine.",
      does: "Reads again later.",
      help: bmcAdvice.RTK_BMC_UNREACHABLE,
    },
    RTK_BMC_TIMEOUT: {
      meaning:
        "No whole answer within the deadline, or the call waited too long for its turn at this BMC. A power command may have been executed.",
      does: "Treats an off as sent, so there is no way back for that operation; never repeats it, and observes.",
      help: bmcAdvice.RTK_BMC_TIMEOUT,
    },
    RTK_BMC_CIPHER: {
      meaning: "The BMC takes neither cipher suite 17 nor 3, or no longer the enrolled one.",
      does: "As unreachable.",
      help: bmcAdvice.RTK_BMC_CIPHER,
    },
    RTK_BMC_PRIVILEGE: {
      meaning: "The user may log in, but not at OPERATOR level.",
      does: "As unreachable.",
      help: bmcAdvice.RTK_BMC_PRIVILEGE,
    },
    RTK_BMC_BUSY: {
      meaning: "The BMC has no free session.",
      does: "Reads again later.",
      help: bmcAdvice.RTK_BMC_BUSY,
    },
    RTK_BMC_REFUSED: {
      meaning: "The BMC understood the command and said no.",
      does: "A refused soft off is followed by the hard off at once.",
      help: bmcAdvice.RTK_BMC_REFUSED,
    },
    RTK_BMC_GARBLED: {
      meaning: "ipmitool ended well, but its words are unknown. Unknown is never off.",
      does: "Counts it as a failed reading.",
      help: bmcAdvice.RTK_BMC_GARBLED,
    },
    RTK_BMC_PASSWORD_FILE: {
      meaning:
        "The password file is missing, unreadable, empty, too long, or has a second line. No process was started.",
      does: "Reads the file again at the next call.",
      help: bmcAdvice.RTK_BMC_PASSWORD_FILE,
    },
    RTK_BMC_WRONG_GUID: {
      meaning: "Another BMC than the enrolled one answers.",
      does: "Sends no power-off.",
      help: bmcAdvice.RTK_BMC_WRONG_GUID,
    },
    RTK_BMC_NO_GUID: {
      meaning: "The BMC's GUID is its vendor's default, which many boards share.",
      does: "Does not enrol the machine, and so never switches it off.",
      help: bmcAdvice.RTK_BMC_NO_GUID,
    },
    RTK_BMC_NOT_ENROLLED: {
      meaning: "The BMC has never answered, so its GUID isn't known.",
      does: "Undoes the operation; nothing was sent.",
      help: "Mend what keeps the BMC from answering; the first good answer enrols it.",
    },
    RTK_IPMITOOL_MISSING: {
      meaning: "ipmitool can't be started.",
      does: "Every BMC reads as unknown.",
      help: bmcAdvice.RTK_IPMITOOL_MISSING,
    },
    RTK_IPMITOOL_BROKEN: {
      meaning: "ipmitool starts, and fails every command.",
      does: "Every BMC reads as unknown.",
      help: bmcAdvice.RTK_IPMITOOL_BROKEN,
    },
    RTK_DRY_RUN: {
      meaning: "A dry run: the command, file or action was refused by the actuator itself.",
      does: "Goes on observing and planning.",
      help: bmcAdvice.RTK_DRY_RUN,
    },
  },
};
