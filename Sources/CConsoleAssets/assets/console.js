// Pages work without scripts for reading. Each module adds one thing, wherever a page has what it is for.
import { followPage } from "./live.js";
import { startClocks } from "./clock.js";
import { watchForms } from "./forms.js";
import { watchUploads } from "./upload.js";
import { watchLogs } from "./log.js";

document.documentElement.classList.add("scripted");
watchForms();
watchUploads();
watchLogs();
startClocks();
followPage();
