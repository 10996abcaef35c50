// What htmx needs from us: the token, and words when something fails.
import { common, detail, token } from "./page";
import { say } from "./toasts";

interface Request {
  headers: Record<string, string>;
}
interface Answer {
  xhr: XMLHttpRequest;
}

export function watchHtmx(): void {
  const on = <T>(name: string, act: (detail: T) => void): void =>
    document.addEventListener(name, (event) => act((event as CustomEvent<T>).detail));
  on<Request>("htmx:configRequest", (request) => {
    request.headers["X-CSRFToken"] = token();
  });
  on<Answer>("htmx:responseError", (answer) => say(detail(answer.xhr.responseText) || common("failed"), "bad"));
  on<Answer>("htmx:sendError", () => say(common("offline"), "warn"));
  on<Answer>("htmx:timeout", () => say(common("offline"), "warn"));
  on<{ text?: string; value?: string; state?: "ok" | "warn" | "bad" }>("toast", (toast) =>
    say(toast.text ?? toast.value ?? "", toast.state ?? "ok"),
  );
}
