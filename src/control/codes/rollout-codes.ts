/** Codes of roll-outs and rolling reboots. */
import type { CodeSection } from "./code-section.ts";

export const rolloutCodes: CodeSection = {
  title: "Roll-outs",
  intro: "Refusals of `retask rollout` and `retask reboot`; each is in the audit log.",
  codes: {
    RTK_UNKNOWN_IMAGE: {
      meaning: "No such image can be booted in this role: its file is missing, broken, or states another role.",
      does: "Begins nothing.",
      help: "`retask links` shows what is odd about image files.",
    },
    RTK_ROLLOUT_UNDER_WAY: {
      meaning: "A roll-out of the role is under way, and there is one at a time.",
      does: "Goes on with that one.",
      help: "`retask rollout status`; abort it, or let it end.",
    },
    RTK_NOTHING_TO_ROLL_OUT: {
      meaning: "No machine of the role would be rebooted: all run the image, or none may be touched.",
      does: "Begins nothing.",
      help: "`retask machines --role ROLE` shows what they run.",
    },
    RTK_NO_ROLLOUT: {
      meaning: "No roll-out of the role is under way.",
      does: "Nothing.",
      help: "`retask rollout status` shows the last one of each role.",
    },
    RTK_ROLLOUT_STATE: {
      meaning: "The roll-out is in a state in which that means nothing: paused already, or on its way back.",
      does: "Goes on as before.",
      help: "`retask rollout status` says where it stands.",
    },
  },
};
