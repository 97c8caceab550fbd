/** Codes of orders about file servers. */
import type { CodeSection } from "./code-section.ts";

export const storageCodes: CodeSection = {
  title: "File servers",
  intro: "The answer to `retask storage fail-over` and `fail-back`.",
  codes: {
    RTK_UNKNOWN_STORAGE: {
      meaning: "retask.yaml names no storage server of this name.",
      does: "Nothing.",
      help: "`retask storage status` lists them.",
    },
    RTK_STORAGE_STATE: {
      meaning: "The order does not fit what the server does: it answers, or has failed over or back already.",
      does: "Nothing.",
      help: "`retask storage status` says what each of the two sources says of it.",
    },
    RTK_STORAGE_UNFIT: {
      meaning: "The server that would take the machines over is not proven well, or there is none.",
      does: "Moves nothing.",
      help: "Bring it back; it must have been well for `deadAfter` to take machines over, for `wellAfter` to get its own back.",
    },
  },
};
