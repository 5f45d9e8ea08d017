// The wall of frames: asks the server for the samples of the venue and for news, and shows what is chosen.
"use strict";
const $ = id => document.getElementById(id);
const HEIGHTS = {320: 640, 360: 640, 768: 1024, 1280: 800};
const SCALES = {320: .66, 360: .6, 768: .42, 1280: .34};
const FOLD = 640;  // pixels of a phone's first screen, where the primary button has to be
let state = {samples: [], languages: [], faults: [], notes: []};
let facts = {}, measured = {}, chosen = "";

const make = (tag, text = "", attributes = {}) => {
  const element = document.createElement(tag);
  element.textContent = text;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
};
const picked = name => document.querySelector(`input[name=${name}]:checked`).value;
const kilo = bytes => (bytes / 1000).toFixed(1) + " kB";
const ask = async path => (await fetch(path)).json();

function address(name, language) {
  const query = new URLSearchParams({lang: language, scheme: picked("scheme"), size: picked("size"), v: state.generation});
  return `frame/${name}?${query}`;
}

// What is shown: one sample in every language, one alone, or a wall of all that the search finds.
function shown() {
  const every = $("language").value === "*";
  const found = state.samples.filter(([name]) => !chosen || name === chosen);
  if (every) {
    const [name, title] = state.samples.find(([name]) => name === (chosen || state.samples[0][0])) || [];
    return name ? state.languages.map(([code, native, tag]) => ({name, title: native, code, tag})) : [];
  }
  const words = $("find").value.trim().toLowerCase();
  return found
    .filter(([name, title]) => chosen || `${name} ${title}`.toLowerCase().includes(words))
    .map(([name, title]) => ({name, title, code: $("language").value, tag: ""}));
}

function drawWall() {
  const width = Number(picked("width")), height = HEIGHTS[width];
  const alone = chosen && $("language").value !== "*";
  const room = $("wall").clientWidth - 60;
  const scale = alone ? Math.min(1, room / width) : SCALES[width];
  const wall = $("wall").style;
  for (const [name, value] of [["--width", width], ["--height", height], ["--shown-width", width * scale], ["--shown-height", height * scale]])
    wall.setProperty(name, `${value}px`);
  wall.setProperty("--scale", scale);
  measured = {};
  $("wall").replaceChildren(...shown().map(figure));
  drawList();
  drawFacts();
  const first = shown()[0];
  if (first) $("open").href = address(chosen || first.name, first.code);
}

function figure({name, title, code, tag}) {
  const box = make("figure");
  const caption = make("figcaption");
  const button = make("button", title, {type: "button", title: alone() ? "Back to all pages" : "Show this page alone"});
  if (tag) button.lang = tag;
  button.addEventListener("click", () => choose(alone() ? "" : name));
  caption.append(button, make("span"));
  const frame = make("iframe", "", {title: `${title}, as guests see it`, loading: "lazy", tabindex: "-1"});
  frame.setAttribute("sandbox", "allow-same-origin" + ($("scripts").checked ? " allow-scripts" : ""));
  frame.addEventListener("load", () => { measured[name] = measure(name, frame); drawFacts(); drawList(); });
  frame.src = address(name, code);
  const holder = make("div", "", {class: "frame"});
  holder.append(frame);
  box.dataset.name = name;
  box.append(caption, holder);
  return box;
}

const alone = () => Boolean(chosen) && $("language").value !== "*";

// What only a browser knows: where the button is, and whether the page is too wide.
function measure(name, frame) {
  try {
    const page = frame.contentDocument, root = page.documentElement;
    if (root.scrollWidth > root.clientWidth + 1) return "scrolls sideways";
    const button = page.querySelector("main form button");
    const bottom = button && button.getBoundingClientRect().bottom + frame.contentWindow.scrollY;
    return name === "sign-in" && bottom > FOLD && Number(picked("width")) <= 360 && Number(picked("size")) === 100 ? `button at ${Math.round(bottom)} px` : "";
  } catch { return ""; }
}

function faultsOf(name) {
  const [, title] = state.samples.find(([one]) => one === name) || [];
  return state.faults.filter(line => line.includes(`“${title}”`));
}

function verdict(name) {
  const one = facts[name];
  const bad = faultsOf(name).length ? "not used: see check" : measured[name];
  if (bad) return [bad, true];
  if (!one) return ["", false];
  return [`${kilo(one.weight)} · ${one.weak.length ? "below AA" : "AA"} ${one.contrast.toFixed(1)}`, one.weak.length > 0];
}

function drawFacts() {
  for (const box of $("wall").children) {
    const [text, bad] = verdict(box.dataset.name);
    const span = box.querySelector("figcaption span");
    const one = facts[box.dataset.name];
    span.textContent = text;
    span.className = bad ? "bad" : "";
    if (one) span.title = `gzipped; the weakest pair is ${one.pair}`;
  }
  const all = Object.values(facts), names = Object.keys(facts);
  const heaviest = names.reduce((most, name) => !most || facts[name].weight > facts[most].weight ? name : most, "");
  const findings = state.faults.length + state.notes.length;
  $("summary").textContent = [
    `${state.samples.length} pages × ${state.languages.length} languages`,
    heaviest && `heaviest ${kilo(facts[heaviest].weight)} (${heaviest})`,
    all.length && `worst contrast ${Math.min(...all.map(one => one.contrast)).toFixed(1)}`,
    `${findings} finding${findings === 1 ? "" : "s"}`,
  ].filter(Boolean).join("   ·   ");
}

function drawList() {
  const words = $("find").value.trim().toLowerCase();
  const groups = new Map();
  for (const [name, title, group] of state.samples) {
    if (!`${name} ${title}`.toLowerCase().includes(words)) continue;
    const button = make("button", title, {type: "button", "aria-current": String(name === chosen)});
    button.addEventListener("click", () => choose(name === chosen ? "" : name));
    button.dataset.name = name;
    if (verdict(name)[1]) button.append(make("span", "!", {class: "bad", title: verdict(name)[0]}));
    const item = make("li");
    item.append(button);
    groups.set(group, [...(groups.get(group) || []), item]);
  }
  const focused = document.activeElement?.dataset?.name;
  $("list").replaceChildren(...[...groups].flatMap(([group, items]) => {
    const list = make("ul");
    list.append(...items);
    return [make("h2", group), list];
  }));
  if (focused) $("list").querySelector(`[data-name="${focused}"]`)?.focus();
}

function drawFindings() {
  const lines = (title, texts, kind) => texts.length ? [make("h3", title), ...texts.map(text => make("p", text, {class: kind}))] : [];
  const weak = Object.values(facts)[0]?.weak || [];
  const found = [...lines("Faults", state.faults, "bad"), ...lines(`Contrast, ${picked("scheme")}`, weak, "bad"), ...lines("Notes", state.notes, "")];
  $("findings").replaceChildren(...(found.length ? found : [make("p", "Nothing was found.", {class: "good"})]));
}

async function drawAll() {
  drawWall();
  drawFindings();
  const language = $("language").value === "*" ? state.language : $("language").value;
  const generation = state.generation;
  const told = await ask(`facts?${new URLSearchParams({lang: language, scheme: picked("scheme")})}`);
  if (generation !== state.generation) return;
  facts = told;
  drawFacts();
  drawList();
  drawFindings();
}

async function load() {
  const before = $("language").value;
  state = await ask("state");
  document.title = `${state.name} · Foyer preview`;
  $("venue").textContent = state.name;
  $("language").replaceChildren(
    ...state.languages.map(([code, native, tag]) => make("option", native, {value: code, lang: tag})),
    make("option", "Every language", {value: "*"}),
  );
  $("language").value = before === "*" || state.languages.some(([code]) => code === before) ? before : state.language;
  if (!state.samples.some(([name]) => name === chosen)) chosen = "";
  facts = {};
  await drawAll();
}

function choose(name) {
  chosen = name;
  drawWall();
  if (!$("list").contains(document.activeElement)) $("wall").focus();
}

function step(by) {
  const names = state.samples.map(([name]) => name);
  choose(names[(names.indexOf(chosen) + by + names.length) % names.length]);
}

async function listen() {
  for (;;) {
    try {
      const news = await ask(`generation?known=${state.generation}`);
      $("live").textContent = "live: shows each change of a file";
      if (news !== state.generation) await load();
    } catch {
      $("live").textContent = "the preview has ended";
      await new Promise(done => setTimeout(done, 1000));
    }
  }
}

document.addEventListener("keydown", event => {
  const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName) && event.target.type !== "radio";
  if (event.key === "/" && !typing) { event.preventDefault(); $("find").focus(); }
  else if (event.key === "Escape") choose("");
  else if (!typing && (event.key === "j" || event.key === "k")) step(event.key === "j" ? 1 : -1);
});
$("find").addEventListener("input", () => { chosen = ""; drawWall(); });
$("language").addEventListener("change", drawAll);
$("scripts").addEventListener("change", drawWall);
for (const radio of document.querySelectorAll("input[type=radio]")) radio.addEventListener("change", drawAll);
load().then(listen);
