/** One TFTP read, packet by packet, without a network. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodePacket, encodeReadRequest, type Packet } from "../../../src/world/boot-server/tftp-packets.ts";
import { beginTransfer, onPacket, type Step, type Wish } from "../../../src/world/boot-server/tftp-transfer.ts";

const whole: Wish = { file: "f", want: "whole", maxBytes: 65_536 };
const start: Wish = { ...whole, want: "start" };
const data = (block: number, content: string | Buffer): Packet => ({
  kind: "data",
  block,
  content: Buffer.from(content),
});
const options = (given: Record<string, string>): Packet => ({
  kind: "optionAck",
  options: new Map(Object.entries(given)),
});

function run(wish: Wish, ...packets: Packet[]): Step {
  let step: Step = { transfer: beginTransfer(wish, true), send: null, end: null };
  for (const packet of packets) step = onPacket(step.transfer, packet);
  return step;
}
const ackOf = (step: Step) => (step.send?.readUInt16BE(0) === 4 ? step.send.readUInt16BE(2) : null);
const isError = (step: Step) => step.send?.readUInt16BE(0) === 5;

describe("a TFTP read", () => {
  test("asks with the size and a block that fits an Ethernet frame", () => {
    expect(beginTransfer(whole, true).lastSent.toString("latin1")).toBe(
      "\0\x01f\0octet\0tsize\x000\0blksize\x001428\0",
    );
    expect(encodeReadRequest("f", {}).toString("latin1")).toBe("\0\x01f\0octet\0");
  });

  test("acknowledges the options, then each block, and ends with the first short one", () => {
    expect(ackOf(run(whole, options({ blksize: "8", tsize: "11" })))).toBe(0);
    const step = run(whole, options({ blksize: "8", tsize: "11" }), data(1, "12345678"), data(2, "abc"));
    expect(ackOf(step)).toBe(2);
    expect(step.end).toEqual({ ok: true, content: Buffer.from("12345678abc"), sizeBytes: 11 });
  });

  test("a file of exactly whole blocks ends with an empty one", () => {
    const step = run(whole, options({ blksize: "8" }), data(1, "12345678"));
    expect(step.end).toBeNull();
    expect(onPacket(step.transfer, data(2, "")).end).toMatchObject({ ok: true, content: Buffer.from("12345678") });
  });

  test("a server without options just sends, in blocks of 512", () => {
    const step = run(whole, data(1, Buffer.alloc(512)), data(2, "end"));
    expect(step.end).toMatchObject({ ok: true, sizeBytes: 515 });
  });

  test("a repeated block is acknowledged again and counted once; a late one is ignored", () => {
    const first = run(whole, options({ blksize: "8" }), data(1, "12345678"), data(1, "12345678"));
    expect(ackOf(first)).toBe(1);
    const second = run(whole, options({ blksize: "8" }), data(1, "12345678"), data(2, "abcdefgh"), data(1, "12345678"));
    expect(second.send).toBeNull();
    expect(onPacket(second.transfer, data(3, "!")).end).toMatchObject({ content: Buffer.from("12345678abcdefgh!") });
  });

  test("only the beginning: the first full block ends it, and the server is told", () => {
    const step = run(start, options({ blksize: "8", tsize: "9000000" }), data(1, "12345678"));
    expect(step.end).toEqual({ ok: true, content: Buffer.from("12345678"), sizeBytes: 9_000_000 });
    expect(isError(step)).toBe(true);
  });

  test.each([
    [1, "RTK_TFTP_NOT_FOUND"],
    [2, "RTK_TFTP_DENIED"],
    [0, "RTK_TFTP_ERROR"],
    [8, "plain"],
  ])("error %i ends it as %s", (code, expected) => {
    expect(run(whole, { kind: "error", code, message: "no" }).end).toMatchObject({ ok: false, code: expected });
  });

  test("too large by its announced size, or by what comes, ends it, and the server is told", () => {
    const announced = run(whole, options({ tsize: "65537" }));
    const small: Wish = { ...whole, maxBytes: 600 };
    const sent = run(small, data(1, Buffer.alloc(512)), data(2, Buffer.alloc(512)));
    for (const step of [announced, sent]) {
      expect(step.end).toMatchObject({ ok: false, code: "RTK_TFTP_TOO_LARGE" });
      expect(isError(step)).toBe(true);
    }
  });

  test.each([
    ["a larger block than asked for", options({ blksize: "9000" })],
    ["a block of nothing", options({ blksize: "0" })],
    ["a block larger than agreed", data(1, Buffer.alloc(600))],
  ])("%s is against the protocol", (_what, packet) => {
    expect(run(whole, packet).end).toMatchObject({ ok: false, code: "RTK_TFTP_GARBLED" });
  });

  test("options that come after data are ignored", () => {
    const step = run(whole, data(1, Buffer.alloc(512)), options({ blksize: "8" }));
    expect(step).toMatchObject({ send: null, end: null, transfer: { blockBytes: 512 } });
  });
});

describe("a datagram", () => {
  test("of any bytes is a packet or nothing, and never more than the limit is kept of what they carry", () => {
    const datagram = fc
      .tuple(fc.constantFrom(0, 1, 2, 3, 4, 5, 6, 9), fc.uint8Array({ maxLength: 700 }))
      .map(([opcode, rest]) => Buffer.from([0, opcode, ...rest]));
    fc.assert(
      fc.property(fc.array(datagram, { maxLength: 20 }), (datagrams) => {
        let transfer = beginTransfer({ ...whole, maxBytes: 1_000 }, true);
        for (const packet of datagrams.map(decodePacket)) {
          if (packet === null) continue;
          const step = onPacket(transfer, packet);
          if (step.end !== null) break;
          transfer = step.transfer;
          expect(transfer.receivedBytes).toBeLessThanOrEqual(1_000);
        }
      }),
    );
    for (const bytes of [[], [0], [0, 3], [0, 3, 0], [0, 5, 0], [0, 6, 65], [0, 6, 65, 0]])
      expect(decodePacket(Buffer.from(bytes))).toBeNull();
  });

  test("with terminal escapes in its error text is made printable", () => {
    const packet = decodePacket(Buffer.from("\0\x05\0\x01\x1b[31mgone\r\n\0", "latin1"));
    expect(packet).toEqual({ kind: "error", code: 1, message: "?[31mgone??" });
  });

  test("cut up in any way, a file is put together again", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4_000 }), fc.integer({ min: 8, max: 1_428 }), (bytes, size) => {
        const content = Buffer.from(bytes);
        let step = run(whole, options({ blksize: String(size) }));
        for (let block = 1; step.end === null; block += 1)
          step = onPacket(step.transfer, data(block, content.subarray((block - 1) * size, block * size)));
        expect(step.end).toEqual({ ok: true, content, sizeBytes: content.length });
      }),
    );
  });
});
