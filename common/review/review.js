"use strict";
const page = document.body.dataset;
const ORDER = "review-order";

function order() {
  try { return JSON.parse(sessionStorage.getItem(ORDER)) || []; } catch { return []; }
}

function isTyping(target) {
  return target.matches("input, textarea, select");
}

const rows = [...document.querySelectorAll("#works tbody tr")];
if (rows.length) {
  const find = document.getElementById("find");
  const module = document.getElementById("module");
  const boxes = [...document.querySelectorAll(".filters [type=checkbox]")];
  const body = document.querySelector("#works tbody");
  const show = () => {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = boxes.filter((box) => box.checked).map((box) => box.value);
    const shown = [];
    for (const row of body.rows) {
      const text = row.textContent.toLowerCase();
      const marks = row.dataset.marks.split(" ");
      const fits = words.every((word) => text.includes(word))
        && (!module.value || row.dataset.module === module.value)
        && wanted.every((mark) => marks.includes(mark));
      row.hidden = !fits;
      if (fits) shown.push(Number(row.dataset.number));
    }
    document.getElementById("shown").textContent = shown.length;
    sessionStorage.setItem(ORDER, JSON.stringify(shown));
  };
  const sort = (head, column) => {
    const down = head.getAttribute("aria-sort") === "ascending";
    for (const one of head.parentNode.cells) one.setAttribute("aria-sort", "none");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const key = (row) => row.cells[column].textContent.trim();
    const numbers = head.classList.contains("number");
    const compare = (a, b) => numbers ? Number(key(a)) - Number(key(b))
      : key(a).localeCompare(key(b), page.lang);
    const sorted = [...body.rows].sort((a, b) => (down ? -1 : 1) * compare(a, b));
    body.append(...sorted);
    show();
  };
  document.querySelectorAll("#works th").forEach((head, column) => {
    head.querySelector("button").addEventListener("click", () => sort(head, column));
  });
  find.addEventListener("input", show);
  module.addEventListener("change", show);
  boxes.forEach((box) => box.addEventListener("change", show));
  document.querySelector(".filters").addEventListener("submit", (event) => event.preventDefault());
  show();
}

// The next one is the next of those that the class's page showed, in its order.
const own = document.querySelector(".decision");
if (own) {
  const shown = order();
  const place = shown.indexOf(Number(own.dataset.number));
  for (const [id, step] of [["previous", -1], ["next", 1]]) {
    const number = shown[place + step];
    if (place >= 0) {
      const link = document.getElementById(id);
      if (number === undefined) link.removeAttribute("href");
      else link.href = `/submission/${number}?lang=${page.lang}`;
    }
  }
}

async function save(form) {
  const told = form.querySelector("output");
  const say = (text, wrong) => {
    told.textContent = text;
    told.classList.toggle("wrong", wrong);
  };
  let reply;
  try {
    const answer = await fetch(`/decide?lang=${page.lang}`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-token": page.token },
      body: JSON.stringify({
        number: Number(form.dataset.number),
        exercise: form.dataset.exercise,
        points: form.elements.points.value,
        comment: form.elements.comment.value,
      }),
    });
    reply = await answer.json();
    if (!answer.ok) return say(`${page.wrong}: ${reply.error || answer.status}`, true);
  } catch {
    return say(page.failed, true);
  }
  say(page.saved, false);
  delete form.dataset.changed;
  document.getElementById("score").textContent = reply.score;
  const points = form.parentNode.querySelector(".points");
  if (points) points.textContent = reply.points;
  const note = form.querySelector(".hand");
  note.textContent = reply.note;
  note.hidden = !reply.note;
}

for (const form of document.querySelectorAll(".decision")) {
  form.addEventListener("submit", (event) => { event.preventDefault(); save(form); });
  form.addEventListener("input", () => { form.dataset.changed = "1"; });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.ctrlKey) { event.preventDefault(); save(form); }
  });
}
window.addEventListener("beforeunload", (event) => {
  if (document.querySelector("[data-changed]")) event.preventDefault();
});

for (const button of document.querySelectorAll(".fold button")) {
  button.addEventListener("click", () => {
    const lines = button.closest("tbody").nextElementSibling;
    lines.hidden = !lines.hidden;
    button.setAttribute("aria-expanded", String(!lines.hidden));
  });
}

const beside = document.getElementById("beside");
if (beside) {
  beside.addEventListener("change", () => {
    const other = beside.value ? `&beside=${beside.value}` : "";
    location.href = `/submission/${beside.dataset.number}?lang=${page.lang}${other}`;
  });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") document.activeElement.blur();
  if (isTyping(event.target)) return;
  const id = { j: "next", k: "previous", u: "class" }[event.key];
  const link = id && document.getElementById(id);
  if (link && link.href) link.click();
  if (event.key === "j" && rows.length) {
    const first = rows.length && document.querySelector("#works tbody tr:not([hidden]) a");
    if (first) first.click();
  }
  const field = document.querySelector({ c: ".decision textarea", "/": "#find" }[event.key] || "x");
  if (field) { event.preventDefault(); field.focus(); }
});
