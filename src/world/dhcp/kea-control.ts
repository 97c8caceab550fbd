/** Kea's control channel: one JSON command over its UNIX socket, one JSON answer. */
import { createConnection } from "node:net";
import { z } from "zod";

const DEADLINE_MS = 30_000;
const MAX_BYTES = 1024 * 1024;

/** 0 done, 2 a command that this Kea does not know, 3 nothing there that it could do it to; all else failed. */
const answerSchema = z.object({ result: z.number(), text: z.string().default("") });
export type KeaAnswer = z.output<typeof answerSchema>;

/** Rejects where nobody answers, or not in Kea's form. */
export async function askKea(
  socket: string,
  command: string,
  args: Readonly<Record<string, string>> | null,
  signal: AbortSignal,
): Promise<KeaAnswer> {
  const text = await exchange(socket, JSON.stringify({ command, ...(args !== null && { arguments: args }) }), signal);
  return answerSchema.parse(JSON.parse(text));
}

function exchange(path: string, request: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const connection = createConnection({ path });
    const limit = AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]);
    const onLimit = (): void => void connection.destroy(new Error(`${path} gave no answer in time`));
    limit.addEventListener("abort", onLimit, { once: true });
    let answer = "";
    connection.setEncoding("utf8");
    connection.on("connect", () => connection.write(request));
    connection.on("data", (chunk: string) => {
      answer += chunk;
      if (answer.length > MAX_BYTES) connection.destroy(new Error(`${path} answered without end`));
    });
    connection.on("error", reject);
    connection.on("close", () => {
      limit.removeEventListener("abort", onLimit);
      resolve(answer);
    });
  });
}
