
// Two classes, a price list, and the answer of least expected cost.
figures.decision = (place, data, words) => {
  const controls = make("div", { class: "sliders" });
  place.append(controls);
  const x = slider(controls, data.x, () => draw());
  const inputs = data.prices.map((row, y) => row.map((price, j) => {
    const label = `${words.really} ${data.classes[y]}, ${data.classes[j]}`;
    const input = make("input", { type: "number", min: 0, max: 1e9, step: "any", value: price, "aria-label": label });
    input.disabled = y === j;
    input.addEventListener("input", () => draw());
    return input;
  }));
  const column = (name) => make("th", { scope: "col" }, name);
  const list = make("tbody", {}, ...inputs.map((row, y) => make("tr", {},
    make("th", { scope: "row" }, data.classes[y]), ...row.map((input) => make("td", {}, input)))));
  const result = make("tbody");
  const said = make("p", { class: "small", "data-what": "turns" });
  place.append(
    make("div", { class: "box" }, make("table", {}, make("thead", {}, make("tr", {}, column(words.really), ...data.classes.map(column))), list)),
    make("div", {}, make("table", {}, make("thead", {}, make("tr", {}, column(""), column("p"), column(words.expected))), result), said),
  );

  function draw() {
    const gas = data.x.values[x.at];
    const shares = [gas, 1 - gas];
    const prices = inputs.map((row) => row.map((input) => Math.max(0, Number(input.value) || 0)));
    const expected = shares.map((_, j) => shares.reduce((sum, p, y) => sum + p * prices[y][j], 0));
    const chosen = expected[1] < expected[0] ? 1 : 0;
    const likeliest = shares[1] > shares[0] ? 1 : 0;
    const rows = data.classes.map((name, j) => make("tr", j === chosen ? { class: "chosen", "data-what": "chosen" } : {},
      make("th", { scope: "row" }, name, j === chosen ? ` ← ${words.decision}` : ""),
      make("td", {}, `${number(100 * shares[j])} %`, ...(j === likeliest ? [make("br"), words.likeliest] : [])),
      make("td", { "data-what": "expected", "data-exact": expected[j] }, Math.round(expected[j]).toLocaleString(document.documentElement.lang))));
    result.replaceChildren(...rows);
    const [missed, alarm] = [prices[0][1] - prices[0][0], prices[1][0] - prices[1][1]];
    const turn = missed + alarm ? 100 * alarm / (missed + alarm) : 50;
    said.textContent = `${words.turns} p = ${number(turn)} %`;
  }
  draw();
};
