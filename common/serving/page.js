
"use strict";
const $ = (id) => document.getElementById(id);
const WORDS = JSON.parse($("words").textContent);
const DATA = JSON.parse($("data").textContent);
const LANGUAGE = document.documentElement.lang;
const t = (text) => WORDS[text] || text;

function number(value, digits = 0) {
  return value.toLocaleString(LANGUAGE, { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function say(text) { $("status").textContent = text; }

function problem(text) {
  $("problem").textContent = text;
  $("problem").hidden = !text;
  if (!text) return;
  say("");
  $("answer-title").textContent = t("The previous answer");
  $("problem").scrollIntoView({ block: "nearest" });
}

function reveal() {
  $("answer-title").textContent = t("The answer");
  $("answer").hidden = false;
}

function show() {
  reveal();
  $("answer-title").focus({ preventScroll: true });
  $("answer").scrollIntoView({ block: "start" });
}

function element(name, text = "", attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

// Where a table is wider than its place, each row stands by itself, with the titles beside its cells.
const places = new ResizeObserver((resized) => {
  for (const { target } of resized) {
    const box = target.firstChild;
    box.classList.remove("stacked");
    box.classList.toggle("stacked", box.scrollWidth > box.clientWidth);
  }
});

// A table: titles are the columns, rows are lists of texts. The roles say that it is a table even
// where its rows are stacked.
function table(titles, rows, name) {
  const box = element("div", "", { class: titles.length > 6 ? "box many" : "box", tabindex: "0", role: "region", "aria-label": name });
  const made = element("table", "", { role: "table" });
  const head = element("thead", "", { role: "rowgroup" }), body = element("tbody", "", { role: "rowgroup" });
  const line = element("tr", "", { role: "row" });
  for (const title of titles) line.append(element("th", title, { scope: "col", role: "columnheader" }));
  head.append(line);
  for (const row of rows) {
    const one = element("tr", "", { role: "row" });
    row.forEach((cell, column) => {
      const title = { "data-title": titles[column] };
      one.append(column ? element("td", cell, { role: "cell", ...title })
        : element("th", cell, { scope: "row", role: "rowheader", ...title }));
    });
    body.append(one);
  }
  made.append(head, body);
  box.append(made);
  const place = element("div");
  place.append(box);
  places.observe(place);
  return place;
}

class Refused extends Error {}

// The server calls a file that it was sent by a name of its own.
const named = (said, file) => said.replace(/\b(sent\.\w+|picture 1\b)/g, () => file.name);

async function send(path, body, kind, accept = "application/json") {
  let reply;
  try {
    reply = await fetch(path, { method: "POST", body, signal: asking.signal,
      headers: { "content-type": kind, accept, "accept-language": LANGUAGE } });
  } catch (error) {
    if (body instanceof Blob && !(await isReadable(body))) {
      throw new Refused(`${body.name}: ${t("this cannot be read; is it a folder, or has it changed?")}`);
    }
    throw new Refused(t("The server does not answer. Is it still running?"));
  }
  if (reply.ok) return reply;
  let said = `${reply.status}`;
  try { said = (await reply.json()).error || said; } catch (error) { /* no JSON: the number is said */ }
  throw new Refused(body instanceof File ? named(said, body) : said);
}

const isReadable = (file) => file.slice(0, 1).arrayBuffer().then(() => true, () => false);

let asking = null;  // what is asked at the moment

// Let something be asked, and say what went wrong. Whoever asks anew does not want the answer before:
// it is not waited for, and never shown in the place of a newer one.
async function working(what) {
  if (asking) asking.abort();
  const own = new AbortController();
  asking = own;
  const before = document.activeElement;
  problem("");
  say(t("Working …"));
  const buttons = [...document.querySelectorAll("button")];
  buttons.forEach((button) => { button.disabled = true; });
  try {
    await what(own.signal);
    if (asking === own) say("");
  } catch (error) {
    if (asking === own) problem(error.message);
  } finally {
    if (asking === own) {
      buttons.forEach((button) => { button.disabled = false; });
      // A button that is disabled loses the focus, and the keyboard would begin at the top again.
      if (document.activeElement === document.body) before.focus({ preventScroll: true });
    }
  }
}

// Send a whole file; tell how far it is; return {message, suffix, bytes} of the new one. `worded`
// puts what the server says into the words of the page.
async function sendFile(path, file, kind, worded = (said) => said) {
  const reply = await send(path, file, kind, "application/x-ndjson");
  const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
  const bar = $("progress");
  bar.hidden = false;
  bar.removeAttribute("value");
  bar.scrollIntoView({ block: "nearest" });
  let text = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      text += value || "";
      const lines = text.split("\n");
      text = lines.pop();
      for (const line of lines) {
        const news = JSON.parse(line);
        if (news.error) throw new Refused(worded(named(news.error, file)));
        if (news.file !== undefined) {
          const bytes = Uint8Array.from(atob(news.file), (sign) => sign.charCodeAt(0));
          return { ...news, message: named(news.message, file), bytes };
        }
        if (news.of) { bar.max = news.of; bar.value = news.done; }
      }
      if (done) throw new Refused(t("The server does not answer. Is it still running?"));
    }
  } finally {
    bar.hidden = true;
  }
}

function download(bytes, name, kind) {
  const url = URL.createObjectURL(new Blob([bytes], { type: kind }));
  const link = element("a", t("Download"), { href: url, download: name, class: "button" });
  return link;
}

// The content type of a file by its name, for browsers do not know them all.
function kindOf(file, suffixes) {
  const name = file.name.toLowerCase();
  const found = Object.entries(suffixes).find(([suffix]) => name.endsWith(suffix));
  if (found) return found[1];
  const taken = Object.keys(suffixes).join(", ");
  throw new Refused(`${file.name}: ${t("this kind of file is not taken; these are:")} ${taken}`);
}

// A file comes by a button, by the keyboard or by being dropped.
function takeFile(zone, input, take) {
  input.addEventListener("change", () => { if (input.files.length) take(input.files[0]); input.value = ""; });
  for (const kind of ["dragenter", "dragover"]) {
    zone.addEventListener(kind, (event) => { event.preventDefault(); zone.classList.add("over"); });
  }
  for (const kind of ["dragleave", "drop"]) zone.addEventListener(kind, () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    const { files } = event.dataTransfer;
    if (files.length > 1) problem(t("These are several files: drop one after the other."));
    else if (files.length) take(files[0]);
  });
}
