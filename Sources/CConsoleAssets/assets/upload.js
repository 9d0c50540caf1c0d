// Uploads a package from disk: by the file field or by dropping it. A wrong file is named before it is sent in full.

const token = () => document.querySelector("meta[name=token]").content;
const headBytes = 32774;

function show(zone, text, isError, next) {
  const line = zone.querySelector("[data-upload-text]");
  line.textContent = text;
  line.classList.toggle("error", Boolean(isError));
  if (!next) return;
  const link = document.createElement("a");
  link.href = next;
  link.textContent = "Open the page that helps";
  line.append(" ", link);
}

function size(bytes) {
  const units = ["bytes", "KiB", "MiB", "GiB"];
  let unit = 0;
  while (bytes >= 1024 && unit < 3) {
    bytes /= 1024;
    unit += 1;
  }
  return `${unit ? bytes.toFixed(1) : bytes} ${units[unit]}`;
}

async function check(file) {
  const answer = await fetch("/do/upload/check", {
    method: "PUT",
    headers: { "X-Pitstop-Token": token() },
    body: file.slice(0, headBytes),
  });
  return answer.ok ? null : answer.text();
}

function send(file, zone) {
  const bar = zone.querySelector("progress");
  const request = new XMLHttpRequest();
  request.open("PUT", `/do/upload?wizard=${encodeURIComponent(zone.dataset.upload)}`);
  request.setRequestHeader("X-Pitstop-Token", token());
  request.upload.onprogress = (event) => {
    bar.max = event.total;
    bar.value = event.loaded;
    const done = event.loaded === event.total;
    show(zone, done ? "Verifying the signature…" : `${size(event.loaded)} of ${size(event.total)} sent`);
  };
  request.onload = () => {
    bar.hidden = true;
    if (request.status === 200) location.reload();
    else {
      const text = request.responseText || `The server answered ${request.status}.`;
      show(zone, text, true, request.getResponseHeader("X-Pitstop-Next"));
    }
  };
  request.onerror = () => {
    bar.hidden = true;
    show(zone, "The connection was lost. Nothing was kept: choose the file again.", true);
  };
  bar.hidden = false;
  bar.removeAttribute("value");
  request.send(file);
}

async function take(file, zone) {
  if (!file) return;
  show(zone, `Looking at ${file.name}…`);
  const problem = await check(file).catch(() => "The coordinator does not answer: try again.");
  if (problem) show(zone, problem, true);
  else send(file, zone);
}

export function watchUploads() {
  const zoneOf = (event) => event.target.closest?.("[data-upload]");
  document.addEventListener("change", (event) => {
    const zone = zoneOf(event);
    if (zone && event.target.type === "file") take(event.target.files[0], zone);
  });
  for (const name of ["dragover", "drop"]) {
    document.addEventListener(name, (event) => {
      const zone = zoneOf(event);
      if (!zone) return;
      event.preventDefault();
      if (name === "drop") take(event.dataTransfer.files[0], zone);
    });
  }
}
