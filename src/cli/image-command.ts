/** `retask image`: the images: looked at, looked over, cloned, and made what a role's machines get. */
import { type Command, Option } from "commander";
import { CHANNEL_KINDS, type ChannelKind, type ChannelMoved } from "../control/promote-image.ts";
import type { ImageName, RoleName } from "../core/domain/names.ts";
import { asImage, asRole } from "./arguments.ts";
import { siteIn } from "./find-site.ts";
import { helpText } from "./help-text.ts";
import { tellingFileErrors } from "./image/file-errors.ts";
import { type Invocation, invocationOf } from "./invocation.ts";
import { type EndOptions, endBody, withEndOptions } from "./override-options.ts";
import { progress } from "./simulate/progress.ts";
import { clonedText, imagesText, mirroredText, promotedText } from "./text/images-text.ts";
import { lintText } from "./text/lint-text.ts";

const ABOUT = `An image is a version: a boot file and what it names. A channel, as web.production, is a link to one, which only
retask reads when it next re-tasks a machine; boot links name versions. docs/how-to/update-an-image.md leads through it.`;

export function addImageCommand(program: Command): void {
  const image = program.command("image").description("list, check, clone, mirror, promote and roll back images");
  image.addHelpText("after", helpText({ about: ABOUT }));
  addList(image);
  addLint(image);
  addClone(image);
  addMirror(image);
  addPromote(image);
  addRollback(image);
}

function addList(image: Command): void {
  const about = `By the files on this computer, and by the daemon where one answers. "would change" counts machines on the
image that would run something else: after their next reboot, since their boot link or the image's files were changed
meanwhile; or once retask re-tasks them, since the channel means another version now.`;
  image
    .command("list")
    .description("show the images: role, channels, digests, machines, and machines that would change")
    .addHelpText("after", helpText({ about, examples: ["image list", "image list --json"] }))
    .action(async (_: object, command: Command) => {
      const cli = invocationOf(command);
      const { listImages } = await import("./image/list.ts");
      const { readSeen } = await import("./image/read-seen.ts");
      const configuration = await siteIn(cli.options.site);
      const shown = await tellingFileErrors(listImages(configuration, await readSeen(await cli.daemon())));
      cli.show("images", shown, imagesText);
    });
}

function addLint(image: Command): void {
  const about = `Red Hat's roots with init scripts and roots with systemd are told apart, and asked what fits them. The root is
found by images.roots of retask.yaml. Reads alone, never outside the root; as root, nothing is kept from it.`;
  image
    .command("lint")
    .description("look an image over: its boot files, kernel, and root")
    .argument("<image>", "an image or a channel, or the directory of a root, as in ./root")
    .addHelpText(
      "after",
      helpText({
        about,
        examples: ["image lint web.production", "image lint ./root"],
        exits: "0 no error was found (warnings may have been), 1 errors, or it could not look.",
      }),
    )
    .action(async (what: string, _: object, command: Command) => {
      const cli = invocationOf(command);
      const { lint } = await import("./image/lint.ts");
      const result = await tellingFileErrors(lint(what, async () => (await siteIn(cli.options.site)).settings));
      cli.show("imageLint", result, lintText);
      if (!result.ok) process.exitCode = 1;
    });
}

function addClone(image: Command): void {
  const about = `Copies the NFS root, and kernel and initrd where they lie in a folder of the image's name; then writes the new
boot file, last of all. Blocks are shared where the file system can (reflink), else rsync copies them, with hard links,
holes, owners, attributes and device nodes. Free space is looked at first. After an interruption the same command goes on.`;
  image
    .command("clone")
    .description("make a new version of an image, as a copy of one")
    .argument("<image>", "the image, or a channel: what it means now", asImage)
    .argument("<new>", "the new version's name, as in web.2026-11", asImage)
    .addHelpText("after", helpText({ about, examples: ["image clone web.production web.2026-12"] }))
    .action(async (from: ImageName, to: ImageName, _: object, command: Command) => {
      await cloneImage(invocationOf(command), from, to);
    });
}

async function cloneImage(cli: Invocation, named: ImageName, to: ImageName): Promise<void> {
  const { imageMeant, placesOf } = await import("./image/boot-places.ts");
  const { planClone } = await import("./image/clone-plan.ts");
  const { clone } = await import("./image/clone.ts");
  const { settings } = await siteIn(cli.options.site);
  const places = placesOf(settings);
  const from = await tellingFileErrors(imageMeant(places, named));
  const plan = await tellingFileErrors(planClone(places, settings, { from, to }));
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, interrupt);
  const tellers = new Map(
    plan.trees.map((tree) => [tree.to, progress(`copying ${tree.from}`, process.stderr, () => performance.now())]),
  );
  const hooks = {
    signal: interrupted.signal,
    tell: (tree: { readonly to: string }, share: number) => tellers.get(tree.to)?.(share),
  };
  const cloned = await tellingFileErrors(clone(places, plan, hooks));
  const hasMirror = settings.storage.some(({ mirror }) => mirror !== undefined);
  cli.show("imageCloned", cloned, (done) => clonedText(done, hasMirror));
}

function addMirror(image: Command): void {
  const about = `The copy, as web.2026-12@nfs-b, is a boot file beside the image's: its own name, the mirror of storage in retask.yaml,
the same path. The root itself is copied by you, first; where images.roots leads to it, it is looked for.`;
  image
    .command("mirror")
    .description("write the boot file of an image's copy on its file server's mirror")
    .argument("<image>", "the image, or a channel: what it means now", asImage)
    .addHelpText("after", helpText({ about, examples: ["image mirror web.2026-12"] }))
    .action(async (named: ImageName, _: object, command: Command) => {
      const cli = invocationOf(command);
      const { imageMeant, placesOf } = await import("./image/boot-places.ts");
      const { mirrorImage } = await import("./image/mirror.ts");
      const { settings } = await siteIn(cli.options.site);
      const places = placesOf(settings);
      const mirror = async () => mirrorImage(places, settings, await imageMeant(places, named));
      cli.show("imageMirrored", await tellingFileErrors(mirror()), mirroredText);
    });
}

interface ChannelOptions extends EndOptions {
  readonly channel: ChannelKind;
}

interface PromoteOptions extends ChannelOptions {
  readonly anyway?: boolean;
}

const withChannel = (command: Command): Command =>
  withEndOptions(command, "by hand").addOption(
    new Option("--channel <channel>", "the channel of the role's policy").choices(CHANNEL_KINDS).default("production"),
  );

function addPromote(image: Command): void {
  const about = `Looked over first, as by \`image lint\`, where its files can be reached from here; refused where that finds errors, where
the image states another role or none, or where the TFTP server does not serve all that it boots. No machine is changed:
those that run another image keep it, also when they reboot. Audited.`;
  withChannel(
    image.command("promote").description("let a channel mean this image").argument("<image>", "the image", asImage),
  )
    .option("--anyway", "even if image lint finds errors")
    .addHelpText("after", helpText({ about, examples: ["image promote web.2026-12"] }))
    .action(async (name: ImageName, options: PromoteOptions, command: Command) => {
      const cli = invocationOf(command);
      const { lintFirst } = await import("./image/lint-first.ts");
      await lintFirst(cli, name, options.anyway === true);
      await moveChannel(cli, "promote", { image: name }, options);
    });
}

function addRollback(image: Command): void {
  const about = "Once more, it leads to the version before that. It may be one that was promoted before a restart.";
  withChannel(
    image.command("rollback").description("let a channel mean the image before").argument("<role>", "the role", asRole),
  )
    .addHelpText("after", helpText({ about, examples: ["image rollback web"] }))
    .action(async (role: RoleName, options: ChannelOptions, command: Command) => {
      await moveChannel(invocationOf(command), "rollback", { role }, options);
    });
}

/** All that a machine boots is fetched over TFTP first. */
const DEADLINE_MS = 60_000;

async function moveChannel(cli: Invocation, what: string, own: object, options: ChannelOptions): Promise<void> {
  const daemon = await cli.daemon();
  const body = { ...endBody(options), ...own, channel: options.channel };
  const moved = await daemon.send<ChannelMoved>("POST", `/v1/channels/${what}`, body, DEADLINE_MS);
  cli.show("channelMoved", moved, promotedText);
}
