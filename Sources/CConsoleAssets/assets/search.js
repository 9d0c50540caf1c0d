// Lists follow what is typed: the server looks, and the address says what is shown.
import { turnTo } from "./live.js";

const pause = 150;
let wait;

export function watchSearches() {
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (!form?.hasAttribute("data-search")) return;
    clearTimeout(wait);
    wait = setTimeout(() => turnTo(`${form.getAttribute("action")}?${new URLSearchParams(new FormData(form))}`), pause);
  });
}
