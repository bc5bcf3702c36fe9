
const MOST_SHOWN = 20;  // messages that are explained one by one

const percent = (share) => `${number(100 * share, share > 0 && share < 0.01 ? 2 : 0)}\u00a0%`;

// The words without the marks between them; one that stands several times counts once, with all
// that was looked at it.
function merged(words) {
  const found = new Map();
  for (const { word, share } of words) {
    if (!/[\p{L}\p{N}]/u.test(word)) continue;
    const key = word.toLowerCase();
    const before = found.get(key);
    if (before) before.share += share;
    else found.set(key, { word, share });
  }
  return [...found.values()].sort((a, b) => b.share - a.share);
}

// A text with the words marked that were looked at.
function marked(text, words) {
  const quote = element("blockquote");
  const most = Math.max(...words.map((one) => one.share), 0);
  const telling = words.filter((one) => one.share >= most / 4);
  const shares = new Map(telling.map((one) => [one.word.toLowerCase(), one.share]));
  for (const part of text.split(/([\p{L}\p{N}]+(?:-[\p{L}\p{N}]+)*)/u)) {
    const share = shares.get(part.toLowerCase());
    if (share === undefined) quote.append(part);
    else quote.append(element("mark", part, { title: percent(share) }));
  }
  return quote;
}

function explained(text, found) {
  const box = element("article", "", { class: "message" });
  box.append(element("h3", `${found.predicted} — ${percent(found.probability)}`));
  const words = merged(found.words);
  box.append(marked(text, words));
  const telling = words.slice(0, 5);
  if (telling.length) {
    const said = telling.map((one) => `${one.word} (${percent(one.share)})`).join(", ");
    box.append(element("p", `${t("It looked most at:")} ${said}`, { class: "remarks" }));
  }
  const order = [...found.answers].sort((a, b) => DATA.priced
    ? a.expected_cost - b.expected_cost : b.probability - a.probability);
  const rows = order.map((one) => [one.label, percent(one.probability),
    ...(DATA.priced ? [number(one.expected_cost)] : [])]);
  const titles = [t("answer"), t("probability"), ...(DATA.priced ? [t("expected cost")] : [])];
  const more = element("details", "");
  if (DATA.priced) more.open = true;
  more.append(element("summary", t("What each answer would cost")), table(titles, rows, t("What each answer would cost")));
  if (!DATA.priced) more.firstChild.textContent = t("How probable each answer is");
  box.append(more);
  return box;
}

$("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) $("messages").requestSubmit();
});

$("messages").addEventListener("submit", (event) => {
  event.preventDefault();
  working(async () => {
    const texts = $("text").value.split(/\n\s*\n/).map((one) => one.trim()).filter(Boolean);
    if (!texts.length) throw new Refused(t("There is no message yet."));
    if (texts.length > MOST_SHOWN) throw new Refused(t("So many messages are better sent as a file."));
    const found = [];
    for (const text of texts) {
      const reply = await send("predict", JSON.stringify({ text }), "application/json");
      found.push(explained(text, await reply.json()));
    }
    $("sorted").replaceChildren(...found);
    show();
  });
});

takeFile($("drop"), $("file"), (file) => {
  $("done").replaceChildren();
  working(async () => {
    const kind = kindOf(file, DATA.suffixes);
    const found = await sendFile("predict/file", file, kind);
    const name = file.name.replace(/\.[^.]*$/, "") + "-predicted" + found.suffix;
    $("done").append(element("span", found.message.replace(/answer\.\w+/, name) + " "), download(found.bytes, name, kind));
  });
});
