// A log follows its end unless its reader has scrolled up, and can be copied whole.

const atEnd = (log) => log.scrollHeight - log.scrollTop - log.clientHeight < 24;
let follows = true;

function toEnd() {
  const log = document.querySelector("[data-log]");
  if (log && follows) log.scrollTop = log.scrollHeight;
}

export function watchLogs() {
  toEnd();
  document.addEventListener("page-changed", toEnd);
  document.addEventListener(
    "scroll",
    (event) => {
      if (event.target.hasAttribute?.("data-log")) follows = atEnd(event.target);
    },
    true,
  );
  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).innerText);
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy the log"), 2000);
  });
}
