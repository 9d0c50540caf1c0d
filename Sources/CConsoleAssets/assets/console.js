// Pages work without scripts for reading. Each module adds one thing, wherever a page has what it is for.
import { followPage } from "./live.js";
import { startClocks } from "./clock.js";
import { watchForms } from "./forms.js";
import { watchUploads } from "./upload.js";
import { watchLogs } from "./log.js";
import { watchKeyFiles } from "./keys.js";
import { watchSearches } from "./search.js";

document.documentElement.classList.add("scripted");
watchForms();
watchUploads();
watchLogs();
watchKeyFiles();
watchSearches();
startClocks();
followPage();
