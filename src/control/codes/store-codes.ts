/** Codes of the store. */
import type { CodeSection } from "./code-section.ts";

export const storeCodes: CodeSection = {
  title: "The store",
  intro:
    "Each of these keeps the daemon from starting. Machines go on serving. Where the API can't reach the record while the daemon runs, it answers 503 with the same code.",
  codes: {
    RTK_STORE_LOCKED: {
      meaning: "Another process has the store open.",
      does: "Does not start: no two controllers on one pool.",
      help: "Stop the other one first.",
    },
    RTK_STORE_NEWER: {
      meaning: "A newer retask has written it.",
      does: "Does not start.",
      help: "Install the newer one again, or restore the copy made before the upgrade.",
    },
    RTK_STORE_CORRUPT: {
      meaning: "A page, a checksum or a row's shape is damaged.",
      does: "Does not start, because it could repeat a power command.",
      help: "Move the file and its `-wal` away and start: the state is rebuilt from links and beacons, in advise mode.",
    },
    RTK_STORE_UNWRITABLE: {
      meaning: "Disk full, read-only, no directory, no permission. While running: the tick fails, and nothing is done.",
      does: "Does not start, or does nothing until it can write again.",
      help: "Check the directory, its owner, the mount and free space.",
    },
    RTK_STORE_FOREIGN: {
      meaning: "It is the database of another program.",
      does: "Does not start, and leaves it alone.",
      help: "Check `store.file`.",
    },
  },
};
