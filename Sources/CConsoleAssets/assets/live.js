// Follows the page as the server says that it changes, and catches up after a lost connection.
import { morph, morphContent } from "./morph.js";
import { tick } from "./clock.js";

const main = document.getElementById("main");
const token = () => document.querySelector("meta[name=token]").content;
let version = main?.dataset.version;
let source;

function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  // What is sent is the same for all readers; the own token against cross-site posts goes in here.
  for (const input of template.content.querySelectorAll("input[name=token]")) input.setAttribute("value", token());
  return template.content;
}

function say(text) {
  const status = document.getElementById("status");
  if (status.textContent !== text) status.textContent = text;
}

function changed(event) {
  version = event.lastEventId || version;
  main.dataset.version = version;
  tick();
  document.dispatchEvent(new Event("page-changed"));
}

function open() {
  const page = location.pathname + location.search;
  source = new EventSource(`/live?page=${encodeURIComponent(page)}&version=${encodeURIComponent(version)}`);
  source.addEventListener("open", () => say(""));
  source.addEventListener("all", (event) => {
    morphContent(main, parse(event.data));
    changed(event);
  });
  source.addEventListener("part", (event) => {
    const next = parse(event.data).firstElementChild;
    const old = document.getElementById(next.id);
    if (old) morph(old, next);
    changed(event);
  });
  source.addEventListener("error", async () => {
    say("The connection to the coordinator is lost. Trying again…");
    if (source.readyState !== EventSource.CLOSED) return;
    // The browser gives up after an answer that is no stream: the coordinator restarts, or the session has ended.
    const session = await fetch(page, { method: "GET", redirect: "manual" }).catch(() => null);
    if (session?.type === "opaqueredirect") {
      location.assign(`/sign-in?to=${encodeURIComponent(page)}`);
    } else {
      setTimeout(open, 1000);
    }
  });
}

export function followPage() {
  if (!main?.hasAttribute("data-live")) return;
  open();
  // A browser has few connections to one server: pages that nobody sees give theirs back, and catch up later.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) source.close();
    else if (source.readyState === EventSource.CLOSED) open();
  });
  addEventListener("pagehide", () => source.close());
}
