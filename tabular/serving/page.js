
function cellOf(input) {
  const field = DATA.fields[Number(input.dataset.field)];
  const text = input.value.trim();
  if (!text) return null;
  if (field.kind === "boolean") return text === "yes";
  if (isNumber(field.name)) {
    const plain = text.replace(/[\s\u00a0]/g, "").replace(",", ".");
    if (/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(plain)) return Number(plain);
  }
  return text;
}

const NUMBERS = ["number", "latitude", "longitude"];
const isNumber = (name) => DATA.fields.some((one) => one.name === name && NUMBERS.includes(one.kind));
const point = (1.5).toLocaleString(LANGUAGE)[1];

// A number with the mark that this language has; whoever types it may take either.
const asWritten = (cell) => (/^[-+]?\d+\.\d+$/.test(cell) ? String(cell).replace(".", point) : String(cell));

function fill(example) {
  for (const input of document.querySelectorAll("[data-field]")) {
    const cell = example.cells[DATA.fields[Number(input.dataset.field)].name];
    if (cell === null || cell === undefined) input.value = "";
    else if (typeof cell === "boolean" || DATA.fields[Number(input.dataset.field)].kind === "boolean") {
      input.value = [true, 1, "True", "true", "yes", "да"].includes(cell) ? "yes" : "no";
    } else {
      const { name } = DATA.fields[Number(input.dataset.field)];
      input.value = isNumber(name) ? asWritten(cell) : String(cell);
    }
  }
}

const money = (value) => `${number(value, Math.abs(value) < 1000 ? 2 : 0)}\u00a0${DATA.currency}`.trim();
let sold = null;  // what the example that was filled in was sold for

for (const button of document.querySelectorAll("[data-example]")) {
  button.addEventListener("click", () => {
    const example = DATA.examples[Number(button.dataset.example)];
    fill(example);
    sold = example.price;
    document.querySelector("#flat button.main").focus();
  });
}
$("flat").addEventListener("input", () => { sold = null; });
$("flat").addEventListener("reset", () => { sold = null; });

$("flat").addEventListener("submit", (event) => {
  event.preventDefault();
  const row = {};
  for (const input of document.querySelectorAll("[data-field]")) {
    row[DATA.fields[Number(input.dataset.field)].name] = cellOf(input);
  }
  working(async () => {
    const reply = await send("predict", JSON.stringify(row), "application/json");
    showPrice(await reply.json());
  });
});

function showPrice(found) {
  $("price").textContent = money(found.price);
  const interval = DATA.interval;
  if (found.low === null) {
    $("interval").textContent = t("This run knows of no interval; train it anew to have one.");
  } else {
    let text = `${t("Eight of ten such flats cost")} ${money(found.low)} … ${money(found.high)}. `;
    text += `${t("The width comes from the errors on flats of the validation part:")} ${number(interval.valid)}. `;
    if (interval.before) text += `${t("They are of the network before it was trained on these flats too.")} `;
    if (interval.covered !== null) {
      text += `${t("Measured on flats of the test part:")} ${number(interval.test)}, `;
      text += `${t("of these within their interval:")} ${number(100 * interval.covered, 1)}\u00a0%.`;
    }
    if (sold !== null) text += ` ${t("This flat was sold for")} ${money(sold)}.`;
    $("interval").textContent = text;
  }
  $("remarks").replaceChildren(...found.remarks.map((remark) => element("li", remark)));
  $("sold").hidden = !found.neighbours.length;
  if (found.neighbours.length) {
    const names = Object.keys(found.neighbours[0].cells);
    const far = found.neighbours[0].kilometres !== null;
    const rows = found.neighbours.map((one) => [money(one.price),
      ...(far ? [number(one.kilometres, 2)] : []), ...names.map((name) => (isNumber(name) ? asWritten(one.cells[name]) : one.cells[name]))]);
    const titles = [t("price"), ...(far ? [t("km away")] : []), ...names];
    $("neighbours").replaceChildren(table(titles, rows, t("The nearest sold flats that it rests on")));
  }
  show();
}

// What the command calls --lenient is a tick here.
const inWordsOfThePage = (said) => said.replace("--lenient",
  `${t("the tick:")} ${t("price also where much cannot be read, or a column is missing")}`);

takeFile($("drop"), $("file"), (file) => {
  $("done").replaceChildren();
  working(async () => {
    const kind = kindOf(file, DATA.suffixes);
    const path = $("lenient").checked ? "predict/file?lenient=true" : "predict/file";
    const found = await sendFile(path, file, kind, inWordsOfThePage);
    const name = file.name.replace(/\.[^.]*$/, "") + "-predicted" + found.suffix;
    const said = found.message.split("; ");
    $("done").append(element("span", said[0].replace(/answer\.\w+/, name) + " "), download(found.bytes, name, kind));
    const rest = element("ul", "", { class: "remarks" });
    for (const remark of said.slice(1)) rest.append(element("li", remark));
    $("done").append(rest);
  });
});
