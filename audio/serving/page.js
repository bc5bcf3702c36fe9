
const HIGHEST = 8000;  // what the network hears, in hertz
const WINDOW = 512;
const LOWEST_DB = -70;

// The power spectrum of a real signal of WINDOW samples: a plain radix-2 transform.
function spectrum(re, im) {
  const n = re.length;
  for (let i = 1, j = 0; i < n; i += 1) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) { [re[i], re[j]] = [re[j], re[i]]; [im[i], im[j]] = [im[j], im[i]]; }
  }
  for (let size = 2; size <= n; size *= 2) {
    for (let k = 0; k < size / 2; k += 1) {
      const c = Math.cos((-2 * Math.PI * k) / size), s = Math.sin((-2 * Math.PI * k) / size);
      for (let i = k; i < n; i += size) {
        const j = i + size / 2;
        const a = re[j] * c - im[j] * s, b = re[j] * s + im[j] * c;
        re[j] = re[i] - a; im[j] = im[i] - b; re[i] += a; im[i] += b;
      }
    }
  }
}

// Decibels by column and row of a picture; a row is a pitch, the lowest first.
function decibels(samples, rate, columns, rows) {
  const found = new Float32Array(columns * rows);
  for (let column = 0; column < columns; column += 1) {
    const start = Math.floor((column / columns) * Math.max(0, samples.length - WINDOW));
    const re = new Float64Array(WINDOW), im = new Float64Array(WINDOW);
    for (let i = 0; i < WINDOW; i += 1) {
      re[i] = (samples[start + i] || 0) * (0.5 - 0.5 * Math.cos((2 * Math.PI * i) / WINDOW));
    }
    spectrum(re, im);
    for (let row = 0; row < rows; row += 1) {
      const bin = Math.min(WINDOW / 2 - 1, Math.round((row / rows) * (HIGHEST / rate) * WINDOW));
      const power = re[bin] * re[bin] + im[bin] * im[bin];
      found[column * rows + row] = 10 * Math.log10(power + 1e-12);
    }
  }
  return found;
}

function draw(canvas, values, loudest) {
  const context = canvas.getContext("2d");
  const { width, height } = canvas;
  const picture = context.createImageData(width, height);
  for (let x = 0; x < width; x += 1) {
    for (let y = 0; y < height; y += 1) {
      const share = 1 + (values[x * height + (height - 1 - y)] - loudest) / -LOWEST_DB;
      const dark = Math.max(0, Math.min(1, share));
      const place = 4 * (y * width + x);
      picture.data[place] = 255 - 215 * dark ** 1.2;
      picture.data[place + 1] = 255 - 245 * dark;
      picture.data[place + 2] = 255 - 150 * dark ** 2;
      picture.data[place + 3] = 255;
    }
  }
  context.putImageData(picture, 0, 0);
}

async function decoded(bytes) {
  const context = new (window.AudioContext || window.webkitAudioContext)({ sampleRate: 2 * HIGHEST });
  try {
    const sound = await context.decodeAudioData(bytes.slice(0));
    return { samples: sound.getChannelData(0), rate: sound.sampleRate };
  } catch (error) {
    return null;  // a browser does not know every format; the server does
  } finally {
    context.close();
  }
}

function drawBoth(sounds) {
  const canvases = [$("before-picture"), $("after-picture")];
  const values = sounds.map((sound, place) => sound
    && decibels(sound.samples, sound.rate, canvases[place].width, canvases[place].height));
  const loudest = Math.max(...values.map((one) => (one ? one.reduce((a, b) => Math.max(a, b), -999) : -999)));
  values.forEach((one, place) => {
    canvases[place].hidden = !one;
    if (one) draw(canvases[place], one, loudest);
  });
}

function play(player, bytes, kind) {
  if (player.src) URL.revokeObjectURL(player.src);
  player.src = URL.createObjectURL(new Blob([bytes], { type: kind }));
}

function clean(file) {
  return working(async (signal) => {
    const kind = kindOf(file, DATA.sounds);
    const found = await sendFile("predict/file", file, kind);
    const before = await file.arrayBuffer();
    signal.throwIfAborted();
    const name = file.name.replace(/\.[^.]*$/, "") + "-predicted" + found.suffix;
    const newKind = DATA.sounds[found.suffix] || "audio/wav";
    play($("before"), before, kind);
    play($("after"), found.bytes, newKind);
    $("cleaned").textContent = found.message.replace(/answer\.\w+/, () => name);
    $("done").replaceChildren(download(found.bytes, name, newKind));
    show();
    const both = [await decoded(before), await decoded(found.bytes.buffer)];
    signal.throwIfAborted();
    drawBoth(both);
  });
}

takeFile($("drop"), $("file"), (file) => clean(file));
$("sound").addEventListener("submit", (event) => event.preventDefault());

let recorder = null;

function tellTime(began) {
  if (!recorder) { $("clock").textContent = ""; return; }
  $("clock").textContent = `${number((performance.now() - began) / 1000, 1)} ${t("seconds")}`;
  setTimeout(() => tellTime(began), 100);
}

$("record").addEventListener("click", async () => {
  if (recorder) { recorder.stop(); return; }
  problem("");
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({
      audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false } });
  } catch (error) {
    problem(t("The microphone cannot be used: allow it, and open the page at localhost or by https."));
    return;
  }
  const parts = [];
  const kinds = Object.entries(DATA.sounds).filter(([, kind]) => MediaRecorder.isTypeSupported(kind));
  const [suffix, kind] = kinds.find(([, one]) => one.startsWith("audio/")) || kinds[0];
  recorder = new MediaRecorder(stream, { mimeType: kind });
  recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
  recorder.addEventListener("stop", () => {
    stream.getTracks().forEach((track) => track.stop());
    recorder = null;
    $("record").textContent = t("Record from the microphone");
    $("record").setAttribute("aria-pressed", "false");
    clean(new File(parts, `${t("recording")}${suffix}`, { type: kind }));
  });
  recorder.start();
  $("record").textContent = t("Stop and clean");
  $("record").setAttribute("aria-pressed", "true");
  tellTime(performance.now());
});
