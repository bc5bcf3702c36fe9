
let chosen = null;  // the file that is answered

const isVideo = () => chosen !== null && Object.keys(DATA.videos).some((end) => chosen.name.toLowerCase().endsWith(end));

const threshold = () => ($("own").checked ? $("threshold").value / 100 : null);

function tellThreshold() {
  const value = threshold();
  $("told").textContent = value === null ? t("as the network decides") : number(value, 2);
}

async function answerPicture(kind) {
  const query = new URLSearchParams({ drawn: "true" });
  if (threshold() !== null) query.set("threshold", threshold());
  const reply = await send(`predict?${query}`, chosen, kind);
  const found = await reply.json();
  $("film").hidden = true;
  $("film").removeAttribute("src");
  $("done").replaceChildren();
  $("drawn").src = `data:image/jpeg;base64,${found.drawn}`;
  $("drawn").hidden = false;
  $("count").textContent = `${t("objects found:")} ${number(found.objects.length)}`;
  const rows = found.objects.map((one, place) => [String(place + 1), one.class, number(one.x, 1),
    number(one.y, 1), number(one.pixels), number(one.confidence, 3)]);
  const titles = [t("object"), t("class"), t("centre x"), t("centre y"), t("pixels"), t("confidence")];
  $("objects").replaceChildren(...(rows.length ? [table(titles, rows, t("Objects"))] : []));
}

async function answerVideo(kind) {
  const query = threshold() === null ? "" : `?threshold=${threshold()}`;
  const found = await sendFile(`predict/file${query}`, chosen, kind);
  $("drawn").hidden = true;
  $("objects").replaceChildren();
  $("count").textContent = found.message.replace("answer.mp4", chosen.name);
  $("film").src = URL.createObjectURL(new Blob([found.bytes], { type: "video/mp4" }));
  $("film").hidden = false;
  const name = chosen.name.replace(/\.[^.]*$/, "") + "-predicted.mp4";
  $("done").replaceChildren(download(found.bytes, name, "video/mp4"));
}

function answer({ stay = false } = {}) {
  return working(async () => {
    if (!chosen) throw new Refused(t("Choose a picture or a video first."));
    const kind = kindOf(chosen, { ...DATA.pictures, ...DATA.videos });
    await (kind.startsWith("video/") ? answerVideo(kind) : answerPicture(kind));
    if (stay) reveal();
    else show();
  });
}

takeFile($("drop"), $("file"), (file) => { chosen = file; answer(); });

// A picture is answered anew when the slider comes to rest; a video only when it is let go.
let later = 0;
$("threshold").addEventListener("input", () => {
  $("own").checked = true;
  tellThreshold();
  clearTimeout(later);
  if (chosen && !isVideo()) {
    later = setTimeout(() => answer({ stay: true }), 300);
  }
});
$("threshold").addEventListener("change", () => {
  if (isVideo()) answer({ stay: true });
});
$("own").addEventListener("change", () => { tellThreshold(); if (chosen) answer({ stay: true }); });
$("picture").addEventListener("submit", (event) => event.preventDefault());
