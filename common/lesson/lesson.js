"use strict";
// Draws the living figures of a lesson. It looks values up and computes no loss.

const figures = {};
const SVG = "http://www.w3.org/2000/svg";
const COLOURS = ["#14213d", "#8f1d5c", "#0a7a8c", "#d9652b", "#6a9f2d", "#d9a400"];
const DASHES = ["", "9 3", "4 3", "2 3", "12 3 2 3", "1 3"];

function make(name, attributes = {}, ...children) {
  const isDrawn = ["svg", "path", "circle", "line", "text", "rect", "g"].includes(name);
  const made = isDrawn ? document.createElementNS(SVG, name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function number(value) {
  if (value === 0) return "0";
  const size = Math.abs(value);
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : size >= 1e-3 ? 3 : null;
  const shown = digits === null ? value.toExponential(1) : digits === 3 ? value.toPrecision(2) : value.toFixed(digits);
  return shown.replace("-", "−").replace(".", document.documentElement.lang === "ru" ? "," : ".");
}

function slider(place, scale, moved) {
  const output = make("output");
  const input = make("input", {
    type: "range", min: 0, max: scale.values.length - 1, step: 1, value: scale.start,
    "aria-label": scale.name,
  });
  const show = () => {
    output.textContent = scale.texts[input.value];
    input.setAttribute("aria-valuetext", scale.texts[input.value]);
  };
  input.addEventListener("input", () => { show(); moved(); });
  place.append(make("label", {}, scale.name + " ", output, input));
  show();
  return { get at() { return Number(input.value); } };
}

function plot(place, x, label) {
  const [width, height, left, top, bottom] = [460, 250, 14, 14, 34];
  const svg = make("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label });
  const low = x.values[0];
  const high = x.values[x.values.length - 1];
  const across = (value) => left + (width - 2 * left) * (value - low) / (high - low);
  const up = (share) => height - bottom - (height - bottom - top) * share;
  const path = (points) => points.map(([a, b], i) => `${i ? "L" : "M"}${across(a).toFixed(1)} ${up(b).toFixed(1)}`).join("");
  place.append(svg);
  return { svg, across, up, path, width, height, left, bottom };
}

// Losses over what a slider moves, each on its own scale; how each pulls there; what each says.
figures.curves = (place, data, words) => {
  const controls = make("div", { class: "sliders" });
  place.append(controls);
  const x = slider(controls, data.x, () => draw());
  const family = data.family ? slider(controls, data.family, () => draw()) : { at: 0 };
  const stage = make("div");
  const side = make("div");
  place.append(stage, side);
  const area = plot(stage, data.x, `${words.loss}, ${data.x.name}`);
  const head = [words.loss, words.value, words.pull, ...(data.beside ? [words.share] : [])];
  const body = make("tbody");
  side.append(make("table", {}, make("thead", {}, make("tr", {}, ...head.map((w) => make("th", { scope: "col" }, w)))), body));
  if (data.beside) side.append(make("p", { class: "small" }, data.beside.name));
  if (data.missing.length) side.append(make("p", { class: "small" }, `${words.missing} ${data.missing.join(", ")}`));
  let audio = null;
  if (data.sounds.length) {
    audio = make("audio", { controls: "", preload: "none", "aria-label": words.play });
    side.append(audio);
  }

  function draw() {
    const at = x.at;
    const here = data.x.values[at];
    area.svg.replaceChildren(
      make("line", { x1: area.left, x2: area.width - area.left, y1: area.up(0), y2: area.up(0), stroke: "#999" }),
      make("line", { x1: area.across(here), x2: area.across(here), y1: area.up(0), y2: area.up(1), stroke: "#ccc" }),
      make("text", { x: area.left, y: area.height - 12 }, data.x.texts[0]),
      make("text", { x: area.width - area.left, y: area.height - 12, "text-anchor": "end" }, data.x.texts[data.x.texts.length - 1]),
      make("text", { x: area.width / 2, y: area.height - 12, "text-anchor": "middle" }, words.scaled),
    );
    const rows = data.series.map((one, i) => {
      const values = one.values[family.at];
      const pulls = one.pulls[family.at];
      const low = Math.min(0, ...values);
      const high = Math.max(...values) - low || 1;
      const steepest = Math.max(...pulls.map(Math.abs)) || 1;
      const colour = COLOURS[i % COLOURS.length];
      const level = (values[at] - low) / high;
      const points = values.map((v, k) => [data.x.values[k], (v - low) / high]);
      area.svg.append(make("path", { d: area.path(points), fill: "none", stroke: colour, "stroke-width": 2, "stroke-dasharray": DASHES[i % DASHES.length] }));
      const length = 46 * pulls[at] / steepest;
      if (Math.abs(length) > 1) {
        const [a, b] = [area.across(here), area.up(level)];
        const tip = a + length;
        const back = tip - 5 * Math.sign(length);
        area.svg.append(make("path", { d: `M${a} ${b}L${tip} ${b}M${back} ${b - 4}L${tip} ${b}L${back} ${b + 4}`, fill: "none", stroke: colour, "stroke-width": 2.5 }));
      }
      area.svg.append(make("circle", { cx: area.across(here), cy: area.up(level), r: 4.5, fill: colour, stroke: "#fff" }));
      const arrow = Math.abs(pulls[at]) < 1e-9 ? "·" : pulls[at] > 0 ? "→" : "←";
      const key = make("span", { class: "key" });
      key.style.background = colour;
      const cells = [
        make("th", { scope: "row" }, key, one.name),
        make("td", { "data-loss": one.name, "data-what": "value", "data-exact": values[at] }, number(values[at])),
        make("td", { "data-loss": one.name, "data-what": "pull", "data-exact": pulls[at] }, `${arrow} ${number(Math.abs(pulls[at]))}`),
      ];
      if (data.beside) {
        const share = 100 * values[at] / (values[at] + data.beside.values[one.name] || 1);
        cells.push(make("td", { "data-loss": one.name, "data-what": "share" }, `${number(share)} %`));
      }
      return make("tr", {}, ...cells);
    });
    body.replaceChildren(...rows);
    if (audio) audio.src = `data:audio/wav;base64,${data.sounds[at]}`;
  }
  draw();
};

function start() {
  for (const place of document.querySelectorAll(".living")) {
    const { kind, words, data } = JSON.parse(place.querySelector("script").textContent);
    figures[kind](place.querySelector(".place"), data, words);
  }
}
