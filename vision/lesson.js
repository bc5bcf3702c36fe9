
// Probabilities over a picture: what is above the threshold is called a pad.
figures.threshold = (place, data, words) => {
  const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const chance = bytes(data.chance);
  const mask = bytes(data.mask);
  const [width, height, scale] = [data.width, data.height, 4];
  const controls = make("div", { class: "sliders" });
  place.append(controls);
  const x = slider(controls, data.x, () => draw());
  const canvas = make("canvas", { width: width * scale, height: height * scale, role: "img", "aria-label": data.x.name });
  const body = make("tbody");
  place.append(make("div", {}, canvas), make("div", {}, make("table", {}, body)));
  if (data.missing.length) place.append(make("p", { class: "small" }, `${words.missing} ${data.missing.join(", ")}`));
  const picture = new Image();
  picture.addEventListener("load", () => draw());
  picture.src = `data:image/png;base64,${data.picture}`;

  function draw() {
    const at = x.at;
    const limit = Math.round(255 * data.x.values[at]);
    const brush = canvas.getContext("2d");
    brush.imageSmoothingEnabled = false;
    brush.drawImage(picture, 0, 0, canvas.width, canvas.height);
    let [both, said, there] = [0, 0, 0];
    for (let i = 0; i < chance.length; i += 1) {
      const [column, row] = [i % width, Math.floor(i / width)];
      const isSaid = chance[i] > limit;
      said += isSaid;
      there += mask[i];
      both += isSaid && mask[i];
      if (isSaid) {
        brush.fillStyle = "rgba(255, 40, 140, .6)";
        brush.fillRect(column * scale, row * scale, scale, scale);
      }
      if (!mask[i]) continue;
      brush.fillStyle = "#fff";
      if (!mask[i - 1]) brush.fillRect(column * scale, row * scale, 1.5, scale);
      if (!mask[i + 1]) brush.fillRect((column + 1) * scale - 1.5, row * scale, 1.5, scale);
      if (!mask[i - width]) brush.fillRect(column * scale, row * scale, scale, 1.5);
      if (!mask[i + width]) brush.fillRect(column * scale, (row + 1) * scale - 1.5, scale, 1.5);
    }
    const counts = data.rows[at] || [];
    const rows = ["found", "missed", "false"].slice(0, counts.length).map((name, i) => [name, String(counts[i])]);
    const per = (part, whole) => (whole ? number(100 * part / whole) + " %" : "–");
    rows.push(["precision", per(both, said)], ["recall", per(both, there)], ["iou", per(both, said + there - both)]);
    body.replaceChildren(...rows.map(([name, text]) => make("tr", {},
      make("th", { scope: "row" }, words[name]), make("td", { "data-what": name }, text))));
  }
};
