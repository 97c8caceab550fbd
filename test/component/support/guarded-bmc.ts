/**
 * What `ipmi_sim` can't be: a BMC that refuses cipher suite 0. A UDP relay in front of it answers the request for a session
 * without authentication as IPMI 2.0 has it (13.24: "invalid authentication algorithm"), and passes everything else on.
 */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";

export interface GuardedBmc {
  readonly address: string;
  readonly port: number;
  stop(): Promise<void>;
}

const AUTH_TYPE = 4;
const RMCP_PLUS = 0x06;
const PAYLOAD_TYPE = 5;
const OPEN_SESSION_REQUEST = 0x10;
const OPEN_SESSION_RESPONSE = 0x11;
const PAYLOAD = 16;
/** Within the payload: tag, privilege, two reserved, the console's session id, and the authentication's own eight bytes. */
const ALGORITHM = PAYLOAD + 12;
const INVALID_AUTHENTICATION_ALGORITHM = 0x04;

export async function guardBmc(bmc: { readonly address: string; readonly port: number }): Promise<GuardedBmc> {
  const front = createSocket("udp4");
  const behind = new Map<string, Socket>();
  front.on("message", (packet, { address, port }) => {
    const refusal = refusalOf(packet);
    if (refusal !== null) {
      front.send(refusal, port, address);
      return;
    }
    const client = `${address}:${port}`;
    const socket =
      behind.get(client) ?? createSocket("udp4").on("message", (answer) => front.send(answer, port, address));
    behind.set(client, socket);
    socket.send(packet, bmc.port, bmc.address);
  });
  front.bind(0, bmc.address);
  await once(front, "listening");
  return {
    address: bmc.address,
    port: front.address().port,
    stop: async () => {
      for (const socket of [front, ...behind.values()]) socket.close();
    },
  };
}

/** The answer to a request for a session without authentication; null for any other packet. */
function refusalOf(packet: Buffer): Buffer | null {
  const asksForSession = packet[AUTH_TYPE] === RMCP_PLUS && packet[PAYLOAD_TYPE] === OPEN_SESSION_REQUEST;
  if (!asksForSession || packet.length <= ALGORITHM || ((packet[ALGORITHM] ?? 0) & 0x3f) !== 0) return null;
  const header = Buffer.from(packet.subarray(0, PAYLOAD));
  header[PAYLOAD_TYPE] = OPEN_SESSION_RESPONSE;
  header.writeUInt16LE(8, PAYLOAD - 2);
  const [tag = 0, consoleId] = [packet[PAYLOAD], packet.subarray(PAYLOAD + 4, PAYLOAD + 8)];
  return Buffer.concat([header, Buffer.from([tag, INVALID_AUTHENTICATION_ALGORITHM, 0, 0]), consoleId]);
}
