/** Server-sent events as the HTML standard has them ("9.2 Server-sent events"), out of text in pieces of any size. */
export interface ServerEvent {
  readonly id: string;
  readonly event: string;
  readonly data: string;
}

/** Takes the stream's text as it comes, in pieces of any size. */
export function createParser(onEvent: (event: ServerEvent) => void): (text: string) => void {
  let rest = "";
  let fields = { id: "", event: "message", data: "" };
  const take = (line: string): void => {
    if (line === "") {
      if (fields.data !== "") onEvent(fields);
      fields = { id: "", event: "message", data: "" };
      return;
    }
    const colon = line.indexOf(":");
    if (colon <= 0) return;
    const [name, value] = [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, "")];
    if (name === "id" || name === "event") fields = { ...fields, [name]: value };
    else if (name === "data") fields = { ...fields, data: fields.data === "" ? value : `${fields.data}\n${value}` };
  };
  return (text) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) take(line.replace(/\r$/, ""));
  };
}
