// Makes an element like another one with as few changes as possible: focus, scrolling, what is unfolded and what
// somebody types stay.

const key = (node) => (node.nodeType === Node.ELEMENT_NODE && node.id) || null;

function alike(a, b) {
  return a.nodeType === b.nodeType && a.nodeName === b.nodeName && key(a) === key(b);
}

export function morph(old, next) {
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.data !== next.data) old.data = next.data;
    return;
  }
  // What an answer's fate was is told by the script that sent it.
  if (old.id === "problem-keep") return;
  for (const { name } of [...old.attributes]) {
    // Only the reader unfolds and folds, and only the server's answer makes a field one that nobody has changed.
    const isReaders = name === "data-touched" || name === "data-sent" || (name === "open" && old.nodeName === "DETAILS");
    if (!next.hasAttribute(name) && !isReaders) old.removeAttribute(name);
  }
  for (const { name, value } of next.attributes) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  if (old.nodeName === "INPUT") return morphInput(old, next);
  if (old.nodeName === "SELECT" && old !== document.activeElement && !old.dataset.touched) {
    morphContent(old, next);
    const chosen = next.querySelector("option[selected]");
    if (chosen) old.value = chosen.value;
    return;
  }
  // What its text is does not follow from what it contains once somebody has typed in it.
  if (old.nodeName === "TEXTAREA") {
    if (old !== document.activeElement && !old.dataset.touched) old.value = next.value;
    return;
  }
  morphContent(old, next);
}

function morphInput(old, next) {
  if (old === document.activeElement && old.type !== "checkbox" && old.type !== "radio") return;
  if (old.dataset.touched) return;
  if (old.type === "checkbox" || old.type === "radio") old.checked = next.hasAttribute("checked");
  else if (old.type !== "file") old.value = next.getAttribute("value") ?? "";
}

export function morphContent(old, next) {
  const known = new Map();
  for (const child of old.children) if (child.id) known.set(child.id, child);
  let at = old.firstChild;
  for (const wanted of [...next.childNodes]) {
    const named = key(wanted) && known.get(wanted.id);
    if (named && named.nodeName === wanted.nodeName) {
      if (named === at) at = at.nextSibling;
      else old.insertBefore(named, at);
      morph(named, wanted);
    } else if (at && alike(at, wanted)) {
      morph(at, wanted);
      at = at.nextSibling;
    } else {
      old.insertBefore(wanted, at);
    }
  }
  while (at) {
    const gone = at;
    at = at.nextSibling;
    gone.remove();
  }
}
