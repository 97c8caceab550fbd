/** Codes of boot links and their owner. */
import type { CodeSection } from "./code-section.ts";

export const bootLinkCodes: CodeSection = {
  title: "Boot links and their owner",
  intro: "A failed preflight or relink undoes the operation. Links are read again at every tick.",
  codes: {
    RTK_LINK_SHADOWED: {
      meaning: "A file named after the machine's MAC or UUID is asked for before its link.",
      does: "Writes nothing; the machine stays where it is.",
      help: "Remove that file.",
    },
    RTK_LINK_FOREIGN: {
      meaning: "A link to no image of retask's, or a plain file in the link's place.",
      does: "Leaves it alone; the machine stays where it is.",
      help: "`retask links --repair` replaces a foreign link; remove a plain file yourself.",
    },
    RTK_LINK_IMAGE: {
      meaning: "The image's file is missing, or is a channel and no file of its own.",
      does: "Leaves the old link.",
      help: "Put the image's file into the links' directory.",
    },
    RTK_CHANNEL_FILE: {
      meaning: "What should be moved as a channel is a plain file: an image of its own.",
      does: "Leaves it.",
      help: "Give the policy a channel of its own once ([how to](../how-to/update-an-image.md#a-channel-that-is-a-plain-file)).",
    },
    RTK_CHANNEL_NAME: {
      meaning: "The channel's name is one that the boot loader asks for, or stands for neither link nor file.",
      does: "Leaves what is there.",
      help: "Call the channel otherwise, or remove what is in its way.",
    },
    RTK_LINK_NO_IMAGE: {
      meaning: "As `RTK_LINK_IMAGE`, in the simulated world of the demo.",
      does: "Leaves the old link.",
      help: "Nothing: no real daemon says it.",
    },
    RTK_LINK_DIRECTORY: {
      meaning: "The links' directory is missing or is none, or retask.yaml names none for this loader.",
      does: "Links read as unreadable; no machine that boots there is moved.",
      help: "Mount it, or correct `bootLinks`.",
    },
    RTK_LINK_READ_ONLY: {
      meaning: "The file system is mounted read-only.",
      does: "Drains nothing: the preflight finds it.",
      help: "Remount it writable.",
    },
    RTK_LINK_NO_SPACE: {
      meaning: "The file system is full. The old link stays.",
      does: "Undoes the operation.",
      help: "Free space or inodes.",
    },
    RTK_LINK_DENIED: {
      meaning: "retask's user may not write there.",
      does: "Drains nothing: the preflight finds it.",
      help: "Give it write access to the directory.",
    },
    RTK_LINK_IO: {
      meaning: "The file system failed.",
      does: "Leaves what is there.",
      help: "Look at the disk, and at the kernel's log.",
    },
    RTK_LINK_TIMEOUT: {
      meaning: "The file system did not answer in time, or the time was up before the link was written.",
      does: "Writes nothing later on; asks again.",
      help: "Look at the file server, if it lies on one.",
    },
    RTK_OWNER_FOREIGN: {
      meaning: "The owner file beside the links names another controller.",
      does: "Stops: nothing new begins, and no link is written.",
      help: "Stop the other one; if it is gone for good, remove the file `.retask-owner`.",
    },
    RTK_OWNER_GARBLED: {
      meaning: "The owner file can't be read as one.",
      does: "As foreign.",
      help: "Make sure that no other controller runs, then remove it.",
    },
    RTK_OWNER_MISSING: {
      meaning: "Nobody owns the directory, or it was not taken yet.",
      does: "Takes it in auto mode; writes nothing before.",
      help: "Nothing, in advise mode. Otherwise see why it can't be written.",
    },
    RTK_STALE: {
      meaning: "Between counting the floor and the power-off the process stood still, or the clock was set.",
      does: "Sends nothing, undoes the operation, and observes anew.",
      help: "Nothing, after a suspend. Otherwise look at the load of retask's machine.",
    },
    RTK_NOT_OWNER: {
      meaning: "The last look before a side effect found another owner.",
      does: "Does not act.",
      help: "As `RTK_OWNER_FOREIGN`.",
    },
  },
};
