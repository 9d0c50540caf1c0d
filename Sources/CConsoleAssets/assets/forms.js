// Answers are kept on the server as they are given, so that a closed browser loses none and a second one shows the same.

let turns = 0;
// What is on its way to be kept, and whether more was given since.
let keeping = null;
let isMoreGiven = false;
// Forms whose button was pressed while answers were on their way.
const waiting = new WeakSet();

// One at a time: of two on their way the older could arrive last, and stand.
function keep(form) {
  if (keeping) {
    isMoreGiven = true;
    return;
  }
  keeping = send(form).finally(() => {
    keeping = null;
    if (!isMoreGiven) return;
    isMoreGiven = false;
    keep(form);
  });
}

async function send(form) {
  const turn = String(++turns);
  for (const field of form.elements) if (field.dataset.touched) field.dataset.touched = turn;
  const body = new URLSearchParams(new FormData(form));
  body.set("go", "stay");
  const signal = AbortSignal.timeout(10000);
  const answer = await fetch(form.action, { method: "POST", body, redirect: "manual", signal }).catch(() => null);
  // What was given since then is newer than what was kept.
  if (answer?.ok) for (const field of form.elements) if (field.dataset.touched === turn) delete field.dataset.touched;
  const problem = document.getElementById("problem-keep");
  // Where the coordinator does not answer at all, the page says so already.
  if (problem && answer?.type === "basic") {
    const isText = answer.headers.get("content-type")?.startsWith("text/plain");
    problem.textContent = answer.ok ? "" : isText ? await answer.text() : "This answer was not kept: reload the page.";
  }
  // The session has ended: after signing in, the same step is shown again.
  if (answer?.type === "opaqueredirect") location.reload();
}

// A button says more than the answers on their way: it goes after them, once.
function waitsForAnswers(event) {
  const { target: form, submitter } = event;
  if (!keeping || !form.hasAttribute("data-keep")) return false;
  event.preventDefault();
  isMoreGiven = false;
  if (!waiting.has(form)) {
    waiting.add(form);
    keeping.then(() => {
      waiting.delete(form);
      if (submitter?.form === form) form.requestSubmit(submitter);
    });
  }
  return true;
}

export function watchForms() {
  document.addEventListener("input", (event) => {
    if (event.target.form) event.target.dataset.touched = "yes";
  });
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (event.target.dataset.all) {
      for (const box of form.querySelectorAll(`input[name="${event.target.dataset.all}"]:not(:disabled)`)) {
        box.checked = event.target.checked;
        box.dataset.touched = "yes";
      }
    }
    if (form?.hasAttribute("data-keep")) keep(form);
  });
  // One press is enough, also where the answer takes its time.
  document.addEventListener("submit", (event) => {
    if (waitsForAnswers(event)) return;
    if (event.target.dataset.sent) event.preventDefault();
    event.target.dataset.sent = "yes";
    setTimeout(() => delete event.target.dataset.sent, 3000);
    // The button that was pressed is seen to be at work, until the next page is there.
    event.submitter?.setAttribute("aria-busy", "true");
    setTimeout(() => event.submitter?.removeAttribute("aria-busy"), 30000);
    const sign = event.target.querySelector("[data-working]");
    if (sign) setTimeout(() => (sign.textContent = sign.dataset.working), 400);
  });
  // A page that comes back by the browser's own button waits for nothing any more.
  addEventListener("pageshow", () => {
    for (const sign of document.querySelectorAll("[data-working]")) sign.textContent = "";
    for (const button of document.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  });
}
