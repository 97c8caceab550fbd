/** Codes of the HTTP API. */
import type { CodeSection } from "./code-section.ts";

export const httpCodes: CodeSection = {
  title: "HTTP",
  intro:
    "Sent as RFC 9457 problems, `application/problem+json`, with the code in `code`. [api.md](api.md) lists the routes.",
  codes: {
    RTK_NO_TOKEN: {
      meaning: "401: the request bears no token, or an unknown one. A command line without a token says it too.",
      does: "Refuses; a refused write is audited.",
      help: "Send `Authorization: Bearer TOKEN`; the first token is in the file `token` beside the store.",
    },
    RTK_WRONG_SCOPE: {
      meaning: "403: the token may only read.",
      does: "Refuses, and audits it.",
      help: "Use one that may write.",
    },
    RTK_WRONG_HOST: {
      meaning: "421: the `Host` header names another server, as in DNS rebinding.",
      does: "Refuses.",
      help: "Ask by the address that retask listens on.",
    },
    RTK_NO_SUCH_ROUTE: {
      meaning: "404: there is no such route.",
      does: "Refuses.",
      help: "See [api.md](api.md).",
    },
    RTK_NO_PAGE: {
      meaning: "503: the page was not built.",
      does: "Answers the API all the same.",
      help: "`npm run build`.",
    },
    RTK_NOT_FOUND: {
      meaning: "404: no such machine, role or operation.",
      does: "Refuses.",
      help: "Check the name.",
    },
    RTK_FOREIGN_ORIGIN: {
      meaning: "403: a page of another site asked for something.",
      does: "Refuses, and audits it.",
      help: "Nothing, unless the page is yours.",
    },
    RTK_WRONG_METHOD: {
      meaning: "405: the route exists, with other methods; `Allow` names them.",
      does: "Refuses.",
      help: "Use one of those.",
    },
    RTK_INVALID_REQUEST: {
      meaning: "422: path, query or body does not fit; each mistake with its place in `errors`.",
      does: "Refuses.",
      help: "Correct it.",
    },
    RTK_BAD_REQUEST: {
      meaning: "Another 4xx: a request that the server can't take, such as a path too long.",
      does: "Refuses.",
      help: "The text says what is wrong.",
    },
    RTK_NOT_JSON: {
      meaning: "415: the body is not said to be JSON.",
      does: "Refuses.",
      help: "Send `content-type: application/json`.",
    },
    RTK_BAD_JSON: {
      meaning: "400: the body is empty, or no valid JSON.",
      does: "Refuses.",
      help: "Correct it.",
    },
    RTK_BODY_TOO_LARGE: {
      meaning: "413: more than 64 KiB.",
      does: "Refuses.",
      help: "Send less at once.",
    },
    RTK_HEADERS_TOO_LARGE: {
      meaning: "431: the headers are too large.",
      does: "Refuses, and closes the connection.",
      help: "Send fewer.",
    },
    RTK_TOO_SLOW: {
      meaning: "408: the request took too long to arrive.",
      does: "Refuses, and closes the connection.",
      help: "See the text for the limits.",
    },
    RTK_NOT_HTTP: {
      meaning: "400: no valid HTTP request.",
      does: "Refuses, and closes the connection.",
      help: "See what sends it.",
    },
    RTK_TOO_MANY: {
      meaning: "429: too many requests, changes or refusals in a short time. `Retry-After` says when to go on.",
      does: "Refuses, and does not audit these; the first one is logged.",
      help: "Ask less often.",
    },
    RTK_STARTING: {
      meaning: "503: no tick has ended yet.",
      does: "Answers from the first tick on.",
      help: "Try again in some seconds.",
    },
    RTK_LINKS_UNREADABLE: {
      meaning: "503: the links' directory can't be read.",
      does: "Keeps the last catalogue.",
      help: "See the text.",
    },
    RTK_INTERNAL: {
      meaning: "500: a bug.",
      does: "Goes on; the text is in the log.",
      help: "Report it, with the log.",
    },
    RTK_BUG: {
      meaning: "An effect threw: a bug.",
      does: "Counts the effect as failed; observation tells what became of it.",
      help: "Report it, with the log.",
    },
    RTK_TOO_MANY_STREAMS: {
      meaning: "503: as many event streams are open as may be.",
      does: "Refuses; `Retry-After` says when to try again.",
      help: "Close a window, or poll `/v1/status`.",
    },
  },
};
