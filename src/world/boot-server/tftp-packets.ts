/** TFTP's packets on the wire: RFC 1350, with the options of RFC 2347 to 2349. Reading only. */

const OPCODE = { readRequest: 1, data: 3, ack: 4, error: 5, optionAck: 6 } as const;

/** RFC 1350's error codes that mean something to a reader, and RFC 2347's. */
export const TFTP_ERROR = { notFound: 1, accessViolation: 2, unknownTransfer: 5, optionsRefused: 8 } as const;

export type Packet =
  | { readonly kind: "data"; readonly block: number; readonly content: Buffer }
  | { readonly kind: "error"; readonly code: number; readonly message: string }
  /** The options that the server grants, by lower-case name. */
  | { readonly kind: "optionAck"; readonly options: ReadonlyMap<string, string> };

/** Asks for a file in octet mode. `options` may be empty: a plain RFC 1350 request. */
export function encodeReadRequest(file: string, options: Readonly<Record<string, number>>): Buffer {
  const words = [file, "octet", ...Object.entries(options).flatMap(([name, value]) => [name, String(value)])];
  return Buffer.concat([word(OPCODE.readRequest), ...words.map((text) => Buffer.from(`${text}\0`, "utf8"))]);
}

export const encodeAck = (block: number): Buffer => Buffer.concat([word(OPCODE.ack), word(block)]);

export const encodeError = (code: number, message: string): Buffer =>
  Buffer.concat([word(OPCODE.error), word(code), Buffer.from(`${message}\0`, "utf8")]);

/** What a server sent; `null` for anything that no server should send to a reader. */
export function decodePacket(datagram: Buffer): Packet | null {
  if (datagram.length < 2) return null;
  switch (datagram.readUInt16BE(0)) {
    case OPCODE.data:
      if (datagram.length < 4) return null;
      return { kind: "data", block: datagram.readUInt16BE(2), content: datagram.subarray(4) };
    case OPCODE.error:
      if (datagram.length < 4) return null;
      return { kind: "error", code: datagram.readUInt16BE(2), message: printable(firstString(datagram.subarray(4))) };
    case OPCODE.optionAck:
      return decodeOptions(datagram.subarray(2));
    default:
      return null;
  }
}

function decodeOptions(body: Buffer): Packet | null {
  const words = body.toString("latin1").split("\0");
  // Every string ends with a NUL, so the last piece is empty and the rest come in pairs.
  if (words.pop() !== "" || words.length % 2 !== 0) return null;
  const options = new Map<string, string>();
  for (let at = 0; at < words.length; at += 2) options.set((words[at] ?? "").toLowerCase(), words[at + 1] ?? "");
  return { kind: "optionAck", options };
}

const firstString = (body: Buffer): string => body.toString("utf8").split("\0")[0] ?? "";

/** What came over the network may hold terminal escapes; logs and terminals get printable ASCII, and not much of it. */
export const printable = (text: string): string => text.replace(/[^ -~]/g, "?").slice(0, 200);

function word(value: number): Buffer {
  const buffer = Buffer.alloc(2);
  buffer.writeUInt16BE(value & 0xffff);
  return buffer;
}
