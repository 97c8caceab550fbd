/** The TFTP client against servers that lose, repeat, garble, impersonate or dawdle, on real sockets. */
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { afterEach, describe, expect, test } from "vitest";
import { fetchOverTftp } from "../../src/world/boot-server/tftp-client.ts";
import { never } from "./support/boot-place.ts";

const sockets: Socket[] = [];
const wish = { file: "f", want: "whole", maxBytes: 65_536 } as const;
const timing = { deadlineMs: 4_000, retransmitMs: 50 };

afterEach(async () => {
  for (const socket of sockets.splice(0)) await new Promise<void>((resolve) => socket.close(() => resolve()));
});

function bind(address = "127.0.0.1"): Promise<Socket> {
  const socket = createSocket("udp4");
  sockets.push(socket);
  return new Promise((resolve) => socket.bind(0, address, () => resolve(socket)));
}

/** A server that answers each datagram as `answer` says, from another port than it was asked on, as TFTP servers do. */
async function server(answer: (datagram: Buffer, count: number, from: RemoteInfo) => readonly Buffer[]) {
  const [listening, answering] = [await bind(), await bind()];
  const heard: Buffer[] = [];
  const hear = (datagram: Buffer, from: RemoteInfo) => {
    heard.push(datagram);
    for (const reply of answer(datagram, heard.length, from)) answering.send(reply, from.port, from.address);
  };
  listening.on("message", hear);
  answering.on("message", hear);
  return { host: "127.0.0.1", port: listening.address().port, heard, answering };
}

const opcode = (datagram: Buffer) => datagram.readUInt16BE(0);
const data = (block: number, content: Buffer | string) =>
  Buffer.concat([Buffer.from([0, 3, block >> 8, block & 255]), Buffer.from(content)]);
const error = (code: number, message: string) =>
  Buffer.concat([Buffer.from([0, 5, 0, code]), Buffer.from(`${message}\0`)]);

describe("the TFTP client", () => {
  test("gets a file through a network that loses every other packet and repeats the rest", async () => {
    const content = Buffer.from(Array.from({ length: 3_000 }, (_, index) => index % 256));
    const block = (number: number) => data(number, content.subarray((number - 1) * 512, number * 512));
    const at = await server((datagram, count) => {
      if (count % 2 === 1) return [];
      const number = opcode(datagram) === 1 ? 1 : datagram.readUInt16BE(2) + 1;
      return opcode(datagram) === 5 || number > 6 ? [] : [block(number), block(number)];
    });
    expect(await fetchOverTftp(at, wish, timing, never)).toEqual({ ok: true, content, sizeBytes: 3_000 });
  });

  test("asks again without options when the server refuses them", async () => {
    const at = await server((datagram) => {
      if (opcode(datagram) !== 1) return [];
      return datagram.includes("blksize") ? [error(8, "no options here")] : [data(1, "plain")];
    });
    expect(await fetchOverTftp(at, wish, timing, never)).toMatchObject({ ok: true, content: Buffer.from("plain") });
  });

  test("takes nothing from a second transfer on another port, and tells it so", async () => {
    const intruder = await bind();
    const toIntruder: Buffer[] = [];
    intruder.on("message", (datagram) => toIntruder.push(datagram));
    const at = await server((datagram, _count, from) => {
      if (opcode(datagram) === 4 && datagram.readUInt16BE(2) === 1) {
        intruder.send(data(2, "false"), from.port, from.address);
        setTimeout(() => at.answering.send(data(2, "true"), from.port, from.address), 100);
      }
      return opcode(datagram) === 1 ? [data(1, Buffer.alloc(512))] : [];
    });
    const reply = await fetchOverTftp(at, wish, { ...timing, retransmitMs: 2_000 }, never);
    expect(reply.ok && reply.content.subarray(512).toString()).toBe("true");
    expect(toIntruder.map((datagram) => datagram.readUInt16BE(2))).toEqual([5]);
  });

  test("takes nothing from another address, and says where answers come from", async () => {
    const elsewhere = await bind("127.0.0.2");
    const at = await server((_datagram, _count, from) => {
      elsewhere.send(data(1, "false"), from.port, from.address);
      return [];
    });
    expect(await fetchOverTftp(at, wish, { ...timing, deadlineMs: 300 }, never)).toEqual({
      ok: false,
      code: "RTK_TFTP_NO_ANSWER",
      why: expect.stringContaining("answers come from 127.0.0.2"),
    });
  });

  test("is not held beyond its deadline by a server that sends garbage or a byte now and then", async () => {
    const garbage = await server(() => [Buffer.from([0]), Buffer.from([0, 9, 1, 2]), Buffer.from("GET / HTTP/1.1")]);
    expect(await fetchOverTftp(garbage, wish, { ...timing, deadlineMs: 300 }, never)).toMatchObject({
      code: "RTK_TFTP_NO_ANSWER",
    });
    const stuck = await server((datagram) => (opcode(datagram) === 1 ? [data(1, Buffer.alloc(512))] : []));
    expect(await fetchOverTftp(stuck, wish, { ...timing, deadlineMs: 300 }, never)).toMatchObject({
      code: "RTK_TFTP_NO_ANSWER",
      why: expect.stringContaining("did not finish in time"),
    });
  });

  test("is stopped by its size limit when a server never ends", async () => {
    const at = await server((datagram) => {
      if (opcode(datagram) === 5) return [];
      return [data(opcode(datagram) === 1 ? 1 : datagram.readUInt16BE(2) + 1, Buffer.alloc(512))];
    });
    expect(await fetchOverTftp(at, wish, timing, never)).toMatchObject({ ok: false, code: "RTK_TFTP_TOO_LARGE" });
    expect(at.heard.length).toBeLessThan(140);
  });

  test("stops at once when its caller does", async () => {
    const at = await server(() => []);
    const caller = new AbortController();
    setTimeout(() => caller.abort(), 50);
    const reply = await fetchOverTftp(at, wish, { deadlineMs: 3_600_000, retransmitMs: 3_600_000 }, caller.signal);
    expect(reply).toMatchObject({ ok: false, code: "RTK_TFTP_NO_ANSWER" });
  });

  test("an address that can't be reached is said to be so", async () => {
    const reply = await fetchOverTftp(
      { host: "255.255.255.255", port: 69 },
      wish,
      { ...timing, deadlineMs: 500 },
      never,
    );
    expect(reply).toMatchObject({ ok: false, code: "RTK_TFTP_UNREACHABLE" });
  });
});
