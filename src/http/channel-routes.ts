/** What an operator does to channels: promotes an image, or rolls a role back. No machine is changed by it. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { type ChannelWish, moveRoleChannel } from "../control/promote-image.ts";
import { channelMoved } from "./answers/site-answers.ts";
import type { ApiOptions } from "./api-options.ts";
import { askerOf } from "./authorise.ts";
import { promoteBody, rollbackBody } from "./bodies.ts";
import { described, type RequestTypes } from "./describe-route.ts";
import { NO_LINKS, sendRefusal } from "./problem.ts";

const REFUSES = ["RTK_NO_LINKS", "RTK_UNKNOWN_ROLE", "RTK_NO_CHANNEL", "RTK_NO_VERSION", "RTK_BOOT_FILES"];
const ON_DISK = ["RTK_CHANNEL_FILE", "RTK_CHANNEL_NAME", "RTK_LINK_IMAGE", "RTK_OWNER_FOREIGN", "RTK_CHANGED"];

interface Said {
  readonly author: string;
  readonly reason: string;
}

export function channelRoutes(server: FastifyInstance, { controller, links }: ApiOptions): void {
  const api = server.withTypeProvider<RequestTypes>();
  const move = async (request: FastifyRequest, { author, reason }: Said, wish: ChannelWish) =>
    links === null
      ? { ok: false as const, ...NO_LINKS }
      : moveRoleChannel(controller, links, askerOf(request, author), wish, reason);

  const promote = described(
    {
      id: "promoteImage",
      tag: "fleet",
      summary: "Lets a channel of the image's role mean this image.",
      description:
        "Machines that run another image keep it, and boot it again, until they are re-tasked or rolled out to.",
      answers: { 200: channelMoved },
      refuses: [...REFUSES, "RTK_IMAGE_ROLE", ...ON_DISK],
    },
    { body: promoteBody },
  );
  api.post("/v1/channels/promote", { schema: promote }, async (request, reply) => {
    const { image, channel } = request.body;
    const moved = await move(request, request.body, { kind: channel, image });
    return moved.ok ? moved.value : sendRefusal(reply, moved);
  });

  const rollback = described(
    {
      id: "rollBackChannel",
      tag: "fleet",
      summary: "Lets a channel of the role mean the image before; once more, the one before that.",
      answers: { 200: channelMoved },
      refuses: [...REFUSES, ...ON_DISK],
    },
    { body: rollbackBody },
  );
  api.post("/v1/channels/rollback", { schema: rollback }, async (request, reply) => {
    const { role, channel } = request.body;
    const moved = await move(request, request.body, { kind: channel, role });
    return moved.ok ? moved.value : sendRefusal(reply, moved);
  });
}
