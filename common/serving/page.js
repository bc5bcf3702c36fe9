
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
  if (text) say("");
}

function show() {
  $("answer").hidden = false;
  $("answer-title").focus({ preventScroll: true });
  $("answer").scrollIntoView({ block: "start" });
}

function element(name, text = "", attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

// A table: titles are the columns, rows are lists of texts. Many columns do not fit a phone: there
// each row stands by itself, with the titles beside its cells. The roles say that it is a table yet.
function table(titles, rows, name) {
  const box = element("div", "", { class: "box", tabindex: "0", role: "region", "aria-label": name });
  const made = element("table", "", { role: "table", class: titles.length > 3 ? "wide" : "" });
  const head = element("thead", "", { role: "rowgroup" }), body = element("tbody", "", { role: "rowgroup" });
  const line = element("tr", "", { role: "row" });
  for (const title of titles) line.append(element("th", title, { scope: "col", role: "columnheader" }));
  head.append(line);
  for (const row of rows) {
    const one = element("tr", "", { role: "row" });
    row.forEach((cell, place) => {
      const title = { "data-title": titles[place] };
      one.append(place ? element("td", cell, { role: "cell", ...title })
        : element("th", cell, { scope: "row", role: "rowheader", ...title }));
    });
    body.append(one);
  }
  made.append(head, body);
  box.append(made);
  return box;
}

class Refused extends Error {}

async function send(path, body, kind, accept = "application/json") {
  let reply;
  try {
    reply = await fetch(path, { method: "POST", body, signal: asking.signal,
      headers: { "content-type": kind, accept, "accept-language": LANGUAGE } });
  } catch (error) {
    throw new Refused(t("The server does not answer. Is it still running?"));
  }
  if (reply.ok) return reply;
  let said = `${reply.status}`;
  try { said = (await reply.json()).error || said; } catch (error) { /* no JSON: the number is said */ }
  throw new Refused(said);
}

let asking = null;  // what is asked at the moment

// Let something be asked, and say what went wrong. Whoever asks anew does not want the answer before:
// it is not waited for, and never shown in the place of a newer one.
async function working(what) {
  if (asking) asking.abort();
  const own = new AbortController();
  asking = own;
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
    if (asking === own) buttons.forEach((button) => { button.disabled = false; });
  }
}

// Send a whole file; tell how far it is; return {message, suffix, url} of the new one.
async function sendFile(path, file, kind) {
  const reply = await send(path, file, kind, "application/x-ndjson");
  const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
  const bar = $("progress");
  bar.hidden = false;
  bar.removeAttribute("value");
  let text = "";
  // The server calls what it was sent by a name of its own.
  const named = (said) => said.replace(/\bsent\.\w+/g, () => file.name);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      text += value || "";
      const lines = text.split("\n");
      text = lines.pop();
      for (const line of lines) {
        const news = JSON.parse(line);
        if (news.error) throw new Refused(named(news.error));
        if (news.file !== undefined) {
          const bytes = Uint8Array.from(atob(news.file), (sign) => sign.charCodeAt(0));
          return { ...news, message: named(news.message), bytes };
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

// Files come by a button, by the keyboard or by being dropped.
function takeFiles(zone, input, take) {
  input.addEventListener("change", () => { if (input.files.length) take([...input.files]); input.value = ""; });
  for (const kind of ["dragenter", "dragover"]) {
    zone.addEventListener(kind, (event) => { event.preventDefault(); zone.classList.add("over"); });
  }
  for (const kind of ["dragleave", "drop"]) zone.addEventListener(kind, () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) take([...event.dataTransfer.files]);
  });
}
