"""Debian's chromium without a window, driven over WebDriver: how long pages take until they are seen."""

import json
import shutil
import subprocess
import time
import urllib.request

INSTALLED = bool(shutil.which("chromedriver") and shutil.which("chromium"))

SHOWN = """
const done = arguments[arguments.length - 1];
const tell = () => {
  const [paint] = performance.getEntriesByName("first-contentful-paint");
  const [page] = performance.getEntriesByType("navigation");
  if (!paint || !page.loadEventEnd) return setTimeout(tell, 20);
  done({ shown: Math.max(paint.startTime, page.loadEventEnd), bytes: page.decodedBodySize });
};
tell();
"""

WATCH = """
window.longest = 0;
new PerformanceObserver(list => {
  for (const task of list.getEntries()) window.longest = Math.max(window.longest, task.duration);
}).observe({ type: "longtask" });
"""

# Scrolls through the whole page as fast as frames come, and tells the longest time between two of them.
SCROLL = """
const done = arguments[arguments.length - 1];
let last = performance.now(), worst = 0, at = 0;
const step = now => {
  worst = Math.max(worst, now - last);
  last = now;
  at += innerHeight / 2;
  scrollTo(0, at);
  if (at < document.documentElement.scrollHeight && at < 60 * innerHeight) requestAnimationFrame(step);
  else { scrollTo(0, 0); done(worst); }
};
requestAnimationFrame(now => { last = now; requestAnimationFrame(step); });
"""


class Browser:
    def __init__(self, site):
        self.site = site
        self.driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                       text=True)
        line = next(line for line in self.driver.stdout if "successfully on port" in line)
        self.port = int(line.rsplit(" ", 1)[1].rstrip(".\n"))
        words = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1280,900"]
        capabilities = {"browserName": "chrome", "acceptInsecureCerts": True, "goog:chromeOptions": {"args": words}}
        self.session = ""
        self.session = "/" + self.send("POST", "", capabilities={"alwaysMatch": capabilities})["sessionId"]
        self.go("/sign-in")
        self.run("document.querySelector('#user').value = 'root'; document.querySelector('#password').value = 'secret';"
                 "document.querySelector('form').requestSubmit()")
        self.wait("return document.querySelector('nav') !== null")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.send("DELETE", "")
        finally:
            self.driver.terminate()
            self.driver.wait()

    def send(self, method, path, **body):
        if "capabilities" in body:
            body = {"capabilities": body["capabilities"]}
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/session{self.session}{path}", method=method,
            data=json.dumps(body).encode() if method == "POST" else None, headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=300) as answer:
            return json.load(answer)["value"]

    def go(self, path):
        self.send("POST", "/url", url=self.site.url + path)

    def run(self, script, *arguments):
        return self.send("POST", "/execute/sync", script=script, args=list(arguments))

    def later(self, script, *arguments):
        return self.send("POST", "/execute/async", script=script, args=list(arguments))

    def wait(self, script, seconds=300):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.run(script):
                return
            time.sleep(0.05)
        raise RuntimeError("waited in vain for: " + script)

    def shown(self, path):
        """Goes to a page: milliseconds until it is painted and loaded, and its bytes."""
        self.go(path)
        return self.later(SHOWN)
