/** What an operator can do about each BMC code: one sentence, the same in logs, status and documentation. */
import type { BmcCode } from "../../core/domain/observation.ts";

export const bmcAdvice: Readonly<Record<BmcCode, string>> = {
  RTK_BMC_AUTH:
    "Check bmc.user and the password file, then correct the file: retask tries again when its content changes, and not before, because BMCs lock accounts.",
  RTK_BMC_UNREACHABLE:
    "Check the BMC's address in fleet.yaml, its cable and network, and that IPMI over LAN (2.0, RMCP+) is enabled on it.",
  RTK_BMC_TIMEOUT:
    "Whether the command took effect is not known: read the power state before anything else; a BMC that stays this slow may need a reset of its own.",
  RTK_BMC_CIPHER:
    "Enable cipher suite 17 or 3 on the BMC's LAN channel; when it was replaced or updated, enrol the machine again.",
  RTK_BMC_PRIVILEGE: "Give the BMC's user the OPERATOR privilege on its LAN channel.",
  RTK_BMC_BUSY: "Close other sessions on the BMC (monitoring, consoles) or wait until they expire, usually a minute.",
  RTK_BMC_REFUSED:
    "The BMC understood and said no: soft off of a machine that is off is refused, for example; its event log may say more.",
  RTK_BMC_GARBLED:
    "ipmitool answered in words that retask does not know; run the command by hand and report what it prints.",
  RTK_BMC_PASSWORD_FILE:
    "Put the password alone, 1 to 20 bytes, into a file that retask's user can read (bmc.passwordFile, or the machine's own).",
  RTK_BMC_WRONG_GUID:
    "Another machine answers at this BMC address: check fleet.yaml and the cabling; enrol anew only when the board was really replaced.",
  RTK_BMC_NO_GUID:
    "Set the machine's system UUID with its vendor's tool, then enrol it again; without one retask can't prove which machine it would switch off.",
  RTK_IPMITOOL_MISSING: "Install ipmitool (on Debian: apt install ipmitool), executable for retask's user.",
  RTK_IPMITOOL_BROKEN:
    "Run ipmitool by hand; with 1.8.19 restore or remove a damaged /usr/share/misc/enterprise-numbers.txt, which fails every command.",
  RTK_DRY_RUN: "Nothing was sent; start the daemon without --dry-run to let it act.",
};
