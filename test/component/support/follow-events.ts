/** The event stream as a list that grows, its answer held against the document. */
import type { Contract } from "./contract.ts";

/** Until the daemon ends. */
export async function followEvents(url: string, contract: Contract): Promise<{ event: string; data: object }[]> {
  const response = await fetch(`${url}/v1/events`);
  const type = String(response.headers.get("content-type"));
  contract.check("GET", "/v1/events", { status: response.status, type, value: "" });
  const events: { event: string; data: object }[] = [];
  const take = async (): Promise<void> => {
    let text = "";
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk as Uint8Array).toString("utf8");
      const blocks = text.split("\n\n");
      text = blocks.pop() ?? "";
      for (const block of blocks) {
        const [, event, data] = /^event: (.*)\ndata: (.*)$/m.exec(block) ?? [];
        if (event !== undefined) events.push({ event, data: JSON.parse(data ?? "") });
      }
    }
  };
  // It ends with the daemon.
  void take().catch(() => {});
  return events;
}
