// Follows the page as the server says that it changes, and catches up after a lost connection. Where something on the way
// holds the server's events back, the page knows it, says so, and is read again every few seconds.
import { morph, morphContent } from "./morph.js";
import { tick } from "./clock.js";

const main = document.getElementById("main");
const token = () => document.querySelector("meta[name=token]").content;
const page = () => location.pathname + location.search;
// The server says something every five seconds at least.
const patience = 15000;
const pause = 5000;
let version = main?.dataset.version;
let source;
let watch;
let polls;

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

// What waits for somebody is told by the page's title and beside Runs, too.
function tellHolds() {
  const words = document.getElementById("attention")?.dataset.holds ?? "";
  const badge = document.getElementById("badge");
  if (badge && badge.textContent !== words) badge.textContent = words;
  const title = document.title.replace(/^⚠ \d+ holds? — /, "");
  const told = words ? `${words} — ${title}` : title;
  if (document.title !== told) document.title = told;
}

function changed(to) {
  version = to || version;
  tellHolds();
  main.dataset.version = version;
  tick();
  document.dispatchEvent(new Event("page-changed"));
}

// Something has come: the events are not held back.
function heard() {
  clearTimeout(watch);
  clearTimeout(polls);
  say("");
  watch = setTimeout(poll, patience);
}

function signIn() {
  location.assign(`/sign-in?to=${encodeURIComponent(page())}`);
}

// Reads the page as a whole, again and again, until an event comes after all.
async function poll() {
  clearTimeout(polls);
  const answer = await fetch(page(), { redirect: "manual" }).catch(() => null);
  if (answer?.type === "opaqueredirect") return signIn();
  if (answer?.ok) {
    say("Something between this page and the coordinator holds its events back: the page is read again every 5 seconds.");
    const next = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("main");
    if (next && next.dataset.version !== version) {
      morphContent(main, next);
      changed(next.dataset.version);
    }
  } else {
    say("The connection to the coordinator is lost. Trying again…");
  }
  polls = setTimeout(poll, pause);
}

function open() {
  source = new EventSource(`/live?page=${encodeURIComponent(page())}&version=${encodeURIComponent(version)}`);
  clearTimeout(watch);
  watch = setTimeout(poll, patience);
  source.addEventListener("open", () => say(""));
  source.addEventListener("here", heard);
  source.addEventListener("all", (event) => {
    heard();
    morphContent(main, parse(event.data));
    changed(event.lastEventId);
  });
  source.addEventListener("part", (event) => {
    heard();
    const next = parse(event.data).firstElementChild;
    const old = document.getElementById(next.id);
    if (old) morph(old, next);
    changed(event.lastEventId);
  });
  source.addEventListener("error", async () => {
    say("The connection to the coordinator is lost. Trying again…");
    if (source.readyState !== EventSource.CLOSED) return;
    // The browser gives up after an answer that is no stream: the coordinator restarts, or the session has ended.
    const session = await fetch(page(), { method: "GET", redirect: "manual" }).catch(() => null);
    if (session?.type === "opaqueredirect") signIn();
    else setTimeout(open, 1000);
  });
}

function close() {
  source?.close();
  clearTimeout(watch);
  clearTimeout(polls);
}

let turns = 0;

// Shows the same page as it is at another address, such as a list with other words to look for.
export async function turnTo(address) {
  const turn = ++turns;
  const answer = await fetch(address, { redirect: "manual" }).catch(() => null);
  if (answer?.type === "opaqueredirect") return location.assign(address);
  const text = answer?.ok ? await answer.text() : "";
  const next = new DOMParser().parseFromString(text, "text/html").getElementById("main");
  // Something newer may have been asked for meanwhile.
  if (turn !== turns || !next) return;
  history.replaceState(null, "", address);
  morphContent(main, next);
  close();
  changed(next.dataset.version);
  open();
}

export function followPage() {
  if (!main?.hasAttribute("data-live")) return;
  open();
  // A browser has few connections to one server: pages that nobody sees give theirs back, and catch up later.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) close();
    else if (source.readyState === EventSource.CLOSED) open();
  });
  addEventListener("pagehide", close);
}
