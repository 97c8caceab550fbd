/** Codes of traffic systems. */
import type { CodeSection } from "./code-section.ts";

export const trafficCodes: CodeSection = {
  title: "Traffic",
  intro:
    "A failed *traffic off* is tried again every 10 s; when the drain's time is over, the operation is undone, or goes on where the policy says `proceed` and traffic is seen off. A failed *traffic on* is tried again until 15 minutes are over; then the machine is quarantined.",
  codes: {
    RTK_HAPROXY_UNREACHABLE: {
      meaning: "A HAProxy's socket can't be opened, or it does not answer.",
      does: "The traffic of its machines is unknown; no drain is believed.",
      help: "Start HAProxy, or let retask's user open the socket.",
    },
    RTK_HAPROXY_GARBLED: {
      meaning: "Half an answer, or one that can't be read.",
      does: "As unreachable.",
      help: "See what listens there, and which version it is.",
    },
    RTK_HAPROXY_NONE: {
      meaning: "The policy wants HAProxy, and retask.yaml names none.",
      does: "Sets nothing.",
      help: "Add `haproxy:`.",
    },
    RTK_HAPROXY_NO_BACKEND: {
      meaning: "It has no such backend.",
      does: "Sets nothing there.",
      help: "Correct `traffic.haproxy.backend`, or add the backend.",
    },
    RTK_HAPROXY_NO_SERVER: {
      meaning: "The backend has no server of the machine's name.",
      does: "Sets nothing there.",
      help: "Add `server NAME IP:PORT check` to the backend.",
    },
    RTK_HAPROXY_PERMISSION: {
      meaning: "The socket's level is too low.",
      does: "Sets nothing there.",
      help: "Give its `stats socket` line `level admin`.",
    },
    RTK_HAPROXY_REFUSED: {
      meaning: "HAProxy said no, in words that retask quotes.",
      does: "Sets nothing there.",
      help: "As it says.",
    },
    RTK_HAPROXY_WEIGHT: {
      meaning: "The server is ready, but its weight is 0.",
      does: "Says so: the machine gets no work.",
      help: "`set server BACKEND/NAME weight 100%`.",
    },
    RTK_DISTCC_HOSTS_READ: {
      meaning: "The hosts file can't be read, or not in time.",
      does: "Traffic is unknown; the file is never made where there was none.",
      help: "Correct `traffic.distcc.hostsFile`, or its permissions.",
    },
    RTK_DISTCC_HOSTS_WRITE: {
      meaning: "It can't be replaced, or somebody else kept writing it.",
      does: "Leaves it as it was, and tries again.",
      help: "Check the file system; find out who writes it.",
    },
    RTK_DISTCC_HOSTS_REFUSED: {
      meaning: "distcc would not take the file with this change: one bad word voids all of it.",
      does: "Leaves it as it was.",
      help: "Correct the word that the text names, or `entry` in the policy.",
    },
    RTK_HOOK_MISSING: {
      meaning: "The hook can't be started.",
      does: "Takes the traffic as not set; tries again.",
      help: "Name a program that retask's user may run.",
    },
    RTK_HOOK_FAILED: {
      meaning: "It ended with another exit code than 0, or was killed.",
      does: "Takes the traffic as not set; tries again.",
      help: "Run it by hand.",
    },
    RTK_HOOK_TIMEOUT: {
      meaning: "It did not end in time, and was killed with its children.",
      does: "Takes the traffic as not set; tries again.",
      help: "Make it faster, or raise `traffic.hook.deadline`.",
    },
  },
};
