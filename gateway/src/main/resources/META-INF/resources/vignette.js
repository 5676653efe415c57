"use strict";

// Hands a picture in and shows its job until it has ended. No framework, no dependency.

const byId = (id) => document.getElementById(id);
const OPEN = new Set(["QUEUED", "RUNNING"]);
const STAGES = [
  ["queue_us", "waited in the queue"],
  ["fetch_us", "fetched"],
  ["decode_us", "decoded"],
  ["resize_us", "resized"],
  ["batch_wait_us", "waited for a batch"],
  ["infer_us", "inferred"],
  ["total_us", "in all"],
];

const KEY = "vignette.key";

let wantsKey = sessionStorage.getItem(KEY) !== null;
let picture = null;
let shown = 0; // Each submission gets the next number; answers to older ones are dropped.

// Kept for this tab only, and sent in a header only: addresses end up in histories and logs.
function ask(path, options = {}) {
  const key = sessionStorage.getItem(KEY);
  const headers = { ...options.headers, ...(key ? { Authorization: `Bearer ${key}` } : {}) };
  return fetch(path, { ...options, headers, redirect: "error" });
}

function askForKey(wasWrong) {
  sessionStorage.removeItem(KEY);
  wantsKey = true;
  showCommand();
  byId("access").hidden = false;
  byId("form").hidden = true;
  byId("model").textContent = "Captions pictures.";
  byId("key-error").textContent = "The gateway does not know this key.";
  byId("key-error").hidden = !wasWrong;
  byId("key").focus();
}

async function useKey(event) {
  event.preventDefault();
  const key = byId("key").value.trim();
  byId("key").value = "";
  if (!/^[\x21-\x7e]+$/.test(key)) {
    askForKey(true); // No header can hold it.
    return;
  }
  sessionStorage.setItem(KEY, key);
  await describeModel();
}

function choose(file) {
  if (!file) {
    return;
  }
  picture = file;
  const thumbnail = byId("thumbnail");
  URL.revokeObjectURL(thumbnail.src);
  thumbnail.src = URL.createObjectURL(file);
  thumbnail.alt = file.name || "the chosen picture";
  thumbnail.hidden = false;
  byId("hint").textContent = `${file.name || "pasted picture"}, ${Math.ceil(file.size / 1024)} KiB`;
  byId("submit").disabled = false;
}

function explain(problem) {
  const error = byId("error");
  error.textContent = `${problem.code}: ${problem.message || problem.detail}`;
  error.hidden = false;
}

function addState(state) {
  const states = byId("states");
  if (states.lastElementChild?.textContent !== state) {
    const item = document.createElement("li");
    item.textContent = state;
    states.append(item);
  }
}

function addFact(name, value) {
  const term = document.createElement("dt");
  term.textContent = name;
  const definition = document.createElement("dd");
  definition.textContent = value;
  byId("facts").append(term, definition);
}

function milliseconds(microseconds) {
  return `${(microseconds / 1000).toLocaleString(undefined, { maximumFractionDigits: 1 })} ms`;
}

function show(job) {
  addState(job.state);
  byId("json").textContent = JSON.stringify(job, null, 2);
  byId("caption").textContent = job.caption || "";
  byId("facts").replaceChildren();
  const confidence = job.answers?.[0].confidence; // Not every model tells one.
  if (typeof confidence === "number") {
    addFact("confidence", `${Math.round(confidence * 100)} %`);
  }
  if (job.model) {
    addFact("model", job.model);
  }
  for (const [key, name] of STAGES) {
    if (job.timings?.[key]) {
      addFact(name, milliseconds(job.timings[key]));
    }
  }
  if (job.error) {
    explain(job.error);
  }
}

async function read(response) {
  const body = await response.json().catch(() => ({
    code: `http.${response.status}`,
    detail: response.statusText || "the gateway gave no answer that can be read",
  }));
  if (response.status === 401) {
    askForKey(sessionStorage.getItem(KEY) !== null);
  }
  if (!response.ok) {
    throw body;
  }
  return body;
}

async function follow(job, number) {
  let current = job;
  while (OPEN.has(current.state) && number === shown) {
    current = await read(await ask(job.links.self, { headers: { Prefer: "wait=1" } }));
    if (number === shown) {
      show(current);
    }
  }
}

async function submit(event) {
  event.preventDefault();
  const number = ++shown;
  const form = new FormData();
  form.append("image", picture, picture.name || "picture");
  const question = byId("question").value.trim();
  if (question) {
    form.append("question", question);
  }
  byId("job").hidden = false;
  byId("error").hidden = true;
  byId("caption").textContent = "";
  byId("states").replaceChildren();
  byId("facts").replaceChildren();
  addState("SENDING");
  try {
    const job = await read(await ask("/v1/captions", { method: "POST", body: form }));
    show(job);
    await follow(job, number);
  } catch (problem) {
    explain(
      problem.code
        ? problem
        : { code: "gateway.unreachable", detail: "the gateway can't be reached; is it running?" },
    );
  }
}

async function describeModel() {
  try {
    const { models } = await read(await ask("/v1/models"));
    const model = models.find((each) => each.is_default);
    byId("model").textContent = model.notice || model.description;
    byId("access").hidden = true;
    byId("form").hidden = false;
  } catch (problem) {
    if (problem.code !== "access.denied") {
      byId("model").textContent = "The gateway is not ready yet.";
    }
  }
}

function showCommand() {
  byId("models-link").hidden = wantsKey; // A link can't send the key.
  const key = wantsKey ? ' -H "Authorization: Bearer KEY"' : "";
  byId("curl").textContent =
    `curl${key} -F image=@picture.jpg -H "Prefer: wait=20" ${window.location.origin}/v1/captions`;
}

const drop = byId("drop");
drop.addEventListener("dragover", (event) => {
  event.preventDefault();
  drop.classList.add("over");
});
drop.addEventListener("dragleave", () => drop.classList.remove("over"));
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  choose(event.dataTransfer.files[0]);
});
document.addEventListener("paste", (event) => choose(event.clipboardData.files[0]));
byId("file").addEventListener("change", (event) => choose(event.target.files[0]));
byId("form").addEventListener("submit", submit);
byId("access").addEventListener("submit", useKey);
showCommand();
describeModel();
