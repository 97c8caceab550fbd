/** `retask storage`: the file servers, what becomes of the machines of a dead one, and their way back. */
import type { Command } from "commander";
import type { StorageOrdered } from "../control/storage-actions.ts";
import type { StorageAnswer } from "./answers.ts";
import { asStorage } from "./arguments.ts";
import { type CareOptions, carefully, withCare } from "./carefully.ts";
import { helpText } from "./help-text.ts";
import { invocationOf } from "./invocation.ts";
import { type EndOptions, endBody, withEndOptions } from "./override-options.ts";
import { storageText } from "./text/storage-text.ts";

const ABOUT = `Each server of retask.yaml's storage is watched by its NFS service and by Prometheus, and is dead only when both have
said so for a while. What then becomes of its machines is failOver's word: auto, ask or manual.`;

const FAIL_OVER = `Its machines boot the mirror's copies of their images from now on. Those that hang have their power cut, as many at
once as the mirror can boot; those that still answer are drained. Refused while the server's NFS service answers.`;

const FAIL_BACK = `Its machines come home drained, within limits, floors and windows. Refused until the server has been well for
wellAfter.`;

export function addStorageCommand(program: Command): void {
  const storage = program.command("storage").description("the file servers: status, fail-over, fail-back");
  storage.addHelpText("after", helpText({ about: ABOUT }));
  addStatus(storage);
  addOrder(storage, {
    name: "fail-over",
    kind: "failOver",
    description: "move a dead server's machines to its mirror",
    about: FAIL_OVER,
    example: 'storage fail-over nfs-a --reason "its RAID controller is gone"',
  });
  addOrder(storage, {
    name: "fail-back",
    kind: "failBack",
    description: "take a server's machines home, once it is well again",
    about: FAIL_BACK,
    example: 'storage fail-back nfs-a --reason "new controller, resynced"',
  });
}

function addStatus(storage: Command): void {
  storage
    .command("status")
    .description("each server: what its two sources say, who runs from it, and what happens next")
    .addHelpText("after", helpText({ examples: ["storage status", "storage status --json | jq '.servers[].state'"] }))
    .action(async (_: object, command: Command) => {
      const cli = invocationOf(command);
      const daemon = await cli.daemon();
      cli.show("storage", await daemon.get<StorageAnswer>("/v1/storage"), storageText);
    });
}

interface OrderWords {
  readonly name: "fail-over" | "fail-back";
  readonly kind: "failOver" | "failBack";
  readonly description: string;
  readonly about: string;
  readonly example: string;
}

function addOrder(storage: Command, { name, kind, description, about, example }: OrderWords): void {
  const command = storage
    .command(name)
    .description(description)
    .argument("<server>", "its name in retask.yaml", asStorage);
  withCare(withEndOptions(command, "ordered by hand"))
    .addHelpText("after", helpText({ about, examples: [example] }))
    .action(async (server: string, options: EndOptions & CareOptions, command: Command) => {
      const cli = invocationOf(command);
      const path = `/v1/storage/${server}/${name}`;
      const change = { act: { kind, server }, method: "POST", path, body: endBody(options) } as const;
      const ordered = await carefully<StorageOrdered>(cli, change, options);
      if (ordered === null) return;
      cli.show("storageOrdered", ordered, (shown) =>
        shown.order === "failOver"
          ? `${shown.server} is failed over: its machines move to its mirror; \`retask storage status\` shows how far they are`
          : `${shown.server} is failing back: its machines come home as limits and windows let them`,
      );
    });
}
