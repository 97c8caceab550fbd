/** Codes of what an operator asked for. */
import type { CodeSection } from "./code-section.ts";

export const operatorCodes: CodeSection = {
  title: "What an operator asked for",
  intro: "The answer to an action, by API or CLI. Refused actions are in the audit log too.",
  codes: {
    RTK_UNKNOWN_MACHINE: {
      meaning: "fleet.yaml has no such machine.",
      does: "Nothing.",
      help: "Check the name.",
    },
    RTK_UNKNOWN_ROLE: {
      meaning: "There is no policy of this name.",
      does: "Nothing.",
      help: "Check the name.",
    },
    RTK_UNKNOWN_OVERRIDE: {
      meaning: "No such override is in force.",
      does: "Nothing.",
      help: "`retask status` lists those that are.",
    },
    RTK_NO_CHANNEL: {
      meaning: "The role's policy names no such channel.",
      does: "Nothing.",
      help: "Name one under `images` in the policy.",
    },
    RTK_NO_VERSION: {
      meaning: "There is no such image; or a channel has no version before the present one.",
      does: "Nothing.",
      help: "`retask image list` shows those that there are.",
    },
    RTK_IMAGE_ROLE: {
      meaning: "The image's file states no role, so that no channel could take it.",
      does: "Nothing.",
      help: "Write its first line.",
    },
    RTK_BAD_EXPIRY: {
      meaning:
        "The expiry is in the past, or more than a year ahead; or an override other than a pause of the pool has none.",
      does: "Nothing.",
      help: "Give a time within a year.",
    },
    RTK_BAD_PERIOD: {
      meaning: "A report's beginning is not before its end, or too long before it.",
      does: "Nothing.",
      help: "Ask for at most 92 days, which end by now.",
    },
    RTK_BAD_COUNT: {
      meaning: "More machines than the pool has, or a range whose least is above its most.",
      does: "Nothing.",
      help: "Ask for fewer, or turn the range round.",
    },
    RTK_BELOW_FLOOR: {
      meaning: "A force of a role asks for fewer machines than its policy's floor.",
      does: "Nothing.",
      help: "Ask for more, or say `--override-floor` (`overrideFloor`), which is audited.",
    },
    RTK_NOT_ELIGIBLE: {
      meaning: "fleet.yaml does not let the machine take that role.",
      does: "Nothing.",
      help: "Change its `roles`, or take another machine.",
    },
    RTK_NOT_QUARANTINED: {
      meaning: "The machine is not in quarantine.",
      does: "Nothing.",
      help: "Nothing.",
    },
    RTK_STILL_SICK: {
      meaning: "Its beacon, link and power fit nothing that retask could count on.",
      does: "Leaves it in quarantine.",
      help: "The text says what is wrong: power it on or off, or `retask links --repair`, and try again.",
    },
    RTK_NOT_OBSERVED: {
      meaning: "No tick has ended yet.",
      does: "Nothing.",
      help: "Try again in some seconds.",
    },
    RTK_ADOPTION_CHANGED: {
      meaning: "Another number of machines would be adopted than the asker saw.",
      does: "Adopts none.",
      help: "`retask adopt` again, and look at the new table.",
    },
    RTK_NOTHING_TO_ADOPT: {
      meaning: "No machine could be adopted: every one that is not adopted is a stray.",
      does: "Goes on advising.",
      help: "The text says why each kind is one; see [first start](../how-to/first-start.md#3-adopt).",
    },
    RTK_NOTHING_WAITS: {
      meaning: "No configuration waits for acceptance, or another one than named.",
      does: "Nothing.",
      help: "`retask status` shows what waits.",
    },
    RTK_NOT_REPAIRED: {
      meaning: "In the audit log only: no link of a repair could be repaired.",
      does: "Leaves them.",
      help: "The answer named the reason for each.",
    },
    RTK_NO_LINKS: {
      meaning: "The boot links are not on a disk: a demo.",
      does: "Nothing.",
      help: "Nothing.",
    },
    RTK_STOPPED: {
      meaning: "The flag file of `retask stop` is there.",
      does: "Begins nothing and sends no off; see [ADR 10](../adr/0010-what-stop-does.md).",
      help: "`retask stop --clear`, once all is well.",
    },
    RTK_NOT_ADOPTED: {
      meaning: "Nothing is adopted yet, so no plan can be applied.",
      does: "Nothing.",
      help: "`retask adopt` first.",
    },
    RTK_ADOPTED: {
      meaning: "The machine is adopted, so it is not prepared like a new one.",
      does: "Nothing.",
      help: "`retask force machine` takes it to another role.",
    },
    RTK_NOT_RETIRED: {
      meaning:
        "The machine is not both retiring and known to be off, or its retired hardware's address is another's, so what belongs to it stays.",
      does: "Nothing.",
      help: "`retask fleet remove NAME --retire`, and wait until it is off.",
    },
    RTK_LINK_KEPT: {
      meaning: "The boot link of a machine that leaves was not removed.",
      does: "Leaves it as it is.",
      help: "The text says why; remove it by hand where it is nobody's.",
    },
    RTK_NOT_REPLACEABLE: {
      meaning: "These two machines can't change hardware now: the dead one has no role, or the other is no free spare.",
      does: "Nothing.",
      help: "The text says why; name another spare, or wait for the end of an operation.",
    },
    RTK_NOT_PROVEN_OFF: {
      meaning:
        "A machine that is to give up its address is not proven off: two machines with one address must never be.",
      does: "Nothing.",
      help: "Switch it off at its BMC; where that is dead too, pull its plugs and say `--dead-is-unplugged`.",
    },
    RTK_NOT_EXCHANGED: {
      meaning: "fleet.yaml, as it is in force, does not say that the two machines have changed hardware.",
      does: "Nothing.",
      help: "`retask replace` writes it; see `retask check` and `retask accept`.",
    },
    RTK_WRONG_HARDWARE: {
      meaning:
        "At the BMC address that fleet.yaml now gives the machine answers another board than the spare's, or none.",
      does: "Nothing is switched on.",
      help: "Correct the BMC addresses in fleet.yaml; `retask replace … --undo` puts them back.",
    },
    RTK_NOT_ADVISING: {
      meaning: "A plan can be applied in advise mode alone.",
      does: "Begins its own plan at every tick.",
      help: "Nothing; or `retask force` for what it does not do.",
    },
    RTK_PLAN_MOVED: {
      meaning: "The plan is another one by now, or does not move a machine that was named.",
      does: "Begins nothing.",
      help: "Look at the plan again, and apply that one if it is still right.",
    },
    RTK_UNCONFIRMED: {
      meaning: "More than three machines would move, and their number was not said, or another one.",
      does: "Begins nothing.",
      help: "Confirm the number, or name the machines.",
    },
    RTK_PAUSED: {
      meaning: "The pool is paused.",
      does: "Begins nothing.",
      help: "`retask resume --pool`, or wait for the end of the pause.",
    },
    RTK_BREAKER_OPEN: {
      meaning: "The breaker is open: re-taskings failed one after another.",
      does: "Begins nothing until it tries again by itself.",
      help: "See [breaker-open](../runbooks/breaker-open.md).",
    },
    RTK_HELD: {
      meaning: "Nothing may begin: retask recovers from a lost store, is blind, or waits for the boot server.",
      does: "Begins nothing.",
      help: "The text says why; see [held](../runbooks/held.md).",
    },
    RTK_CHANGED: {
      meaning: "412: what `If-Match` named is another by now.",
      does: "Nothing.",
      help: "Read it again, and decide anew.",
    },
    RTK_TOKEN_EXISTS: {
      meaning: "There is a token of this name.",
      does: "Nothing.",
      help: "Revoke it first, or take another name.",
    },
    RTK_TOO_MANY_TOKENS: {
      meaning: "There are a hundred tokens.",
      does: "Nothing.",
      help: "`retask token list`, and revoke those that nobody uses.",
    },
    RTK_UNKNOWN_TOKEN: {
      meaning: "There is no token of this name.",
      does: "Nothing.",
      help: "`retask token list` shows those that there are.",
    },
    RTK_LAST_TOKEN: {
      meaning: "It is the last token that may write.",
      does: "Keeps it.",
      help: "Make another one first: `retask token create NAME --scope write`.",
    },
  },
};
