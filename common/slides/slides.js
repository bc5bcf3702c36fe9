"use strict";
const slides = [...document.querySelectorAll(".slide")];
const narrow = matchMedia("(max-width: 700px)");
let here = 0;

// A slide that holds more than there is room for is written smaller, and so it is printed.
function fit() {
  if (narrow.matches) return;
  for (const slide of slides) {
    const body = slide.querySelector(".body");
    let size = 25;
    slide.style.fontSize = "";
    while (size > 13 && body.scrollHeight > body.clientHeight + 1) {
      size -= 1;
      slide.style.fontSize = `${size}px`;
    }
  }
}

function scale() {
  const ratio = Math.min(innerWidth / 1280, innerHeight / 720);
  document.documentElement.style.setProperty("--scale", ratio);
}

function show(number) {
  here = Math.max(0, Math.min(slides.length - 1, number));
  slides.forEach((slide, n) => slide.classList.toggle("here", n === here));
  history.replaceState(null, "", `#slide-${here + 1}`);
}

document.documentElement.classList.add("shown");
fit();
scale();
addEventListener("resize", scale);
narrow.addEventListener("change", fit);
show(Number(location.hash.replace("#slide-", "") || 1) - 1);
addEventListener("hashchange", () => show(Number(location.hash.replace("#slide-", "")) - 1));

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const steps = { ArrowRight: 1, PageDown: 1, " ": 1, ArrowLeft: -1, PageUp: -1 };
  if (event.key in steps && !narrow.matches) {
    event.preventDefault();
    show(here + (event.key === " " && event.shiftKey ? -1 : steps[event.key]));
  }
  if (event.key === "Home") show(0);
  if (event.key === "End") show(slides.length - 1);
});
document.addEventListener("click", (event) => {
  if (narrow.matches || event.target.closest("a") || String(getSelection())) return;
  show(here + (event.clientX < innerWidth / 3 ? -1 : 1));
});
