// Logs are fetched when they are opened and followed to their end; a run that goes on is looked at again.
"use strict";

const KEPT = 2000000; // characters of a log that stay on the page
let reading = 0;

async function read(log) {
  const shown = log.querySelector("pre");
  reading += 1;
  try {
    const answer = await fetch(log.dataset.log);
    if (!answer.ok) {
      shown.textContent = "There is no log yet.";
      delete log.dataset.read;
      return;
    }
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      shown.append(document.createTextNode(value));
      while (shown.textContent.length > KEPT) shown.firstChild.remove();
      shown.scrollTop = shown.scrollHeight;
    }
  } catch (err) {
    shown.append(document.createTextNode("\n(the log was cut off: " + err.message + ")"));
  } finally {
    reading -= 1;
  }
}

for (const log of document.querySelectorAll("details.log")) {
  log.addEventListener("toggle", () => {
    if (log.open && !log.dataset.read) {
      log.dataset.read = "yes";
      read(log);
    }
  });
}

const run = document.getElementById("run");
if (run && ["queued", "running"].includes(run.dataset.phase)) {
  setInterval(async () => {
    if (!reading && !document.querySelector("details[open]")) {
      location.reload();
      return;
    }
    const answer = await fetch(location.pathname); // somebody reads: leave the rest of the page alone
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const id of ["run", "graph"]) {
      const [old, now] = [document.getElementById(id), fresh.getElementById(id)];
      if (old && now) old.replaceWith(now);
    }
  }, 2000);
}
