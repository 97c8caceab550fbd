/** What each state of the statecharts means, in a sentence; the types ask for one for every state that there is. */
import type { RoleState } from "../decide/role-permits.ts";
import type { OperationState } from "../operate/operation.statechart.ts";
import type { RolloutState } from "../rollout/rollout.statechart.ts";
import type { StorageState } from "../storage/storage.statechart.ts";

export const MODE_SENTENCES = {
  authority: "Whether retask may act at all, or only says what it would do.",
  advise:
    "Everything is observed, decided and planned, and nothing is begun: `mode: advise` in retask.yaml, or a store that nothing was adopted in yet.",
  auto: "New operations may begin: `mode: auto`, and `retask adopt` was called on this store.",
  pause: "Whether an operator has paused the whole pool.",
  running: "No pause of the whole pool is in force.",
  paused: "A pause of the whole pool is in force: nothing new begins, and operations in flight reach a safe state.",
  breaker: "Whether repeated failures have stopped the whole pool.",
  closed: "Too few failures lately to stop the pool; a rack's or an image's own breaker may still be open.",
  tripped: "So many re-taskings failed that nothing new begins; after a pause one is tried, and more once it is done.",
  stop: "Whether retask was told to stop, or does not own the boot links.",
  going: "No flag file of `retask stop`, and no foreign owner of the boot links.",
  stopped:
    "Nothing new begins, operations that can still be undone are undone, and those whose power-off was sent go on to their end.",
} as const satisfies Readonly<Record<string, string>>;

export const ROLE_SENTENCES: Readonly<Record<RoleState, string>> = {
  steady: "The role has what it wants; a costlier shortage elsewhere may take machines down to its floor.",
  pressed: "It wants more machines, and has not wanted them for the whole `hold.up` yet.",
  growing: "It has wanted more for `hold.up`, and may grow to what it wants.",
  slack: "It wants fewer machines, and has not wanted fewer for the whole `hold.down` yet: it keeps what it has.",
  shrinking: "It has wanted fewer for `hold.down`, and may shrink to what it wants, never below its floor.",
  cooling: "Its count changed less than `hold.cool` ago, and rests.",
  blind:
    "Demand is unknown: the role keeps what it has, and with `blind: grow` may grow after `hold.up`; nobody may take from it.",
  suspect:
    "Demand fell by more than half and nothing confirms it: the role keeps what it has, for `suspectFor` at most.",
  forced:
    "An operator forced its count; floor and maximum still bound it. A forced range bounds the other states instead.",
  paused:
    "An operator paused the role both ways: it keeps what it has. A pause one way bounds the other states instead.",
};

export const OPERATION_SENTENCES: Readonly<Record<OperationState, string>> = {
  preflight:
    "Everything that can be found wrong beforehand: owner file, boot link, image and kernel over TFTP, the BMC and its GUID.",
  draining: "Traffic is taken off the machine, and its running work ends.",
  relinking: "Its boot link is pointed at the new image, and seen there.",
  poweringOff:
    "The BMC's GUID is read once more, then a soft off, after its deadline a hard one; each is sent once at most. Until the first is sent, the operation can be undone.",
  poweringOn: "Off is proven by two readings; after the settle time the machine is switched on, up to three times.",
  verifying: "It boots: its beacon must show the right machine, role and image, and a new boot id.",
  warming: "It gets its new traffic, must be found up, and stays so for the role's `warmUp`.",
  undoing: "The boot link is restored and traffic given back; the operation ends when both are seen.",
  done: "The machine serves in its new role, or is off as a spare.",
  undone: "The machine is where it was before.",
  quarantined: "The power-off was sent, and the machine did not switch off, or did not come back as it should.",
  stranded: "The file server that it was to boot from died after the power-off: it is booted anew from the mirror.",
};

export const STORAGE_SENTENCES: Readonly<Record<StorageState, string>> = {
  well: "Its machines run from it. What was re-tasked while it was dead may still run from the mirror.",
  suspect: "One of its two sources says that it is down, or both do and have not for the whole `deadAfter` yet.",
  dead: "Both have said so for `deadAfter`. With `failOver: auto` its machines are moved once the mirror is fit, else it waits for an operator.",
  failedOver: "Its machines are moved to the mirror, and boot from it from now on.",
  recovered:
    "It has been well for `wellAfter` again; its machines stay on the mirror until an operator sends them back.",
  failingBack: "Its machines go back to it, drained, within all limits.",
};

export const ROLLOUT_SENTENCES: Readonly<Record<RolloutState, string>> = {
  canary: "The first machines boot the new image, as limits and floors let them.",
  wave: "The next share of the role does.",
  soaking:
    "All of the stage have booted: for the whole soak they must stay healthy, as retask sees them and by the policy's `health`. Time in which nobody can say does not count.",
  paused:
    "An operator paused it, or its health was unclear for ten minutes: nothing more boots the new image, and nothing goes back.",
  promoting: "All of the role run the new image: its production channel is pointed at it, and seen there.",
  stopping: "It failed, or was aborted: machines on their way that can still turn round are called off.",
  rollingBack:
    "Machines on the new image boot the previous one again, within limits and floors; the boot links of those that did not come back are pointed at it, and so is the channel.",
  done: "The role runs the new image.",
  stopped:
    "It ended half-way, and every machine keeps what it runs: aborted with `--keep`, or a rolling reboot that failed.",
  rolledBack: "Nothing runs the new image any more, and no boot link or channel names it.",
};
