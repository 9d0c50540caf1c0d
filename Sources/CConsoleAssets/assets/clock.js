// Counts up what has begun, and shows times of day as they are here. The server sends times only, never how long ago.

function duration(seconds) {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
}

const zone = new Intl.DateTimeFormat(undefined, {
  year: "numeric",
  month: "short",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  timeZoneName: "short",
});

export function tick() {
  const now = Date.now() / 1000;
  for (const element of document.querySelectorAll("[data-since]")) {
    const text = duration(now - Number(element.dataset.since));
    if (element.textContent !== text) element.textContent = text;
  }
  for (const element of document.querySelectorAll("time[data-at]")) {
    if (element.title === "") {
      element.title = element.textContent;
    }
    const text = zone.format(new Date(Number(element.dataset.at) * 1000));
    if (element.textContent !== text) element.textContent = text;
  }
}

export function startClocks() {
  tick();
  setInterval(tick, 1000);
}
