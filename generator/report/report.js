"use strict";
// Filters over what stands in the page already, and the words of a pair marked in its passage.
// Texts are only ever read and compared, never written as markup.
(() => {
  const form = document.querySelector("form.filters");
  const said = form.querySelector("output");
  const nothing = document.querySelector("p.nothing");
  const blocks = Array.from(document.querySelectorAll("details.block"));
  const fields = ["q", "kind", "split", "check", "section"];
  const UNSPACED = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u;
  let index = null;

  for (const one of document.querySelectorAll(".scripted")) one.hidden = false;

  // One entry for each pair, made when it is first needed.
  function pairs() {
    index ??= blocks.flatMap((block) =>
      Array.from(block.querySelectorAll("li[id]"), (item) => {
        const [kind, last] = item.querySelectorAll(".m > span");
        const isOut = item.classList.contains("out");
        return {
          item, block,
          kind: kind.textContent,
          split: isOut ? "" : last.textContent,
          check: isOut ? last.textContent.split(" ", 2).join(" ") : "kept",
          isOut,
          isMarked: item.querySelector(".marks") !== null,
          text: fold(item.children[0].textContent + "\n" + item.children[1].textContent),
        };
      }));
    return index;
  }

  function fold(text) {
    return text.normalize("NFKC").toLowerCase();
  }

  function offer(name, options) {
    for (const [value, label] of options) form.elements[name].add(new Option(label, value));
  }

  function offerWhatThereIs() {
    const distinct = (key, of) => [...new Set(of.map((pair) => pair[key]))].filter(Boolean).sort();
    const all = pairs();
    offer("kind", distinct("kind", all).map((kind) => [kind, kind]));
    offer("split", distinct("split", all).map((split) => [split, split]));
    offer("check", distinct("check", all.filter((pair) => pair.isOut)).map((why) => [why, why]));
    const isOne = document.querySelectorAll(".article").length === 1;
    for (const article of document.querySelectorAll(".article")) {
      const group = document.createElement("optgroup");
      group.label = article.querySelector("h3").textContent;
      const parts = Array.from(article.querySelectorAll("details.block"), (block) =>
        new Option(block.querySelector("h4").textContent, block.id));
      (isOne ? form.elements.section : group).append(...parts);
      if (!isOne) form.elements.section.append(group);
    }
  }

  function wanted() {
    return Object.fromEntries(fields.map((name) => [name, form.elements[name].value]));
  }

  function fits(pair, want, words) {
    if (want.kind && pair.kind !== want.kind) return false;
    if (want.split && pair.split !== want.split) return false;
    if (want.section && pair.block.id !== want.section) return false;
    if (want.check === "rejected" && !pair.isOut) return false;
    if (want.check === "marked" && !pair.isMarked) return false;
    if (want.check && !["rejected", "marked"].includes(want.check) && pair.check !== want.check) return false;
    return words.every((word) => pair.text.includes(word));
  }

  function show() {
    const want = wanted();
    const isFiltered = fields.some((name) => want[name]);
    const words = fold(want.q).split(/\s+/).filter(Boolean);
    const left = new Map();
    let count = 0;
    for (const pair of pairs()) {
      const isShown = fits(pair, want, words);
      if (pair.item.hidden === isShown) pair.item.hidden = !isShown;
      if (isShown) { count += 1; left.set(pair.block, true); }
    }
    for (const block of blocks) {
      const isShown = !isFiltered || left.has(block);
      if (block.hidden === isShown) block.hidden = !isShown;
      if (isFiltered && isShown && count <= 400) block.open = true;
    }
    for (const article of document.querySelectorAll(".article")) {
      article.hidden = !article.querySelector("details.block:not([hidden])");
    }
    nothing.hidden = count > 0;
    said.textContent = `${count.toLocaleString("en")} of ${pairs().length.toLocaleString("en")} pairs`;
    return isFiltered;
  }

  // The filters stand in the address, so that a view can be kept and passed on.
  function keep() {
    const set = new URLSearchParams(Object.entries(wanted()).filter(([, value]) => value));
    history.replaceState(null, "", set.size ? `#${set}` : "#pairs");
  }

  function takeFromAddress() {
    if (!location.hash.includes("=")) return open(location.hash);
    const set = new URLSearchParams(location.hash.slice(1));
    for (const name of fields) {
      form.elements[name].value = set.get(name) ?? "";
      if (form.elements[name].selectedIndex === -1) form.elements[name].value = "";
    }
    show();
  }

  // A link to a passage or a pair opens the passage.
  function open(hash) {
    const target = /^#[sp]\d+$/.test(hash) && document.querySelector(hash);
    if (!target) return;
    const block = target.closest("details.block");
    block.open = true;
    target.scrollIntoView();
  }

  let on = null;
  function point(item) {
    if (item === on || !window.Highlight) return;
    on?.classList.remove("on");
    on = item;
    CSS.highlights.delete("pair");
    if (!item) return;
    item.classList.add("on");
    const passage = item.closest(".beside").querySelector(".text");
    const wanted = new Set(Array.from(item.querySelectorAll(".a mark"), (mark) => mark.textContent.toLowerCase()));
    const ranges = [...wanted].flatMap((words) => find(passage, words));
    CSS.highlights.set("pair", new Highlight(...ranges));
    if (ranges.length) bringIntoView(passage.parentElement, ranges[0]);
  }

  function find(passage, words) {
    const walker = document.createTreeWalker(passage, NodeFilter.SHOW_TEXT);
    const nodes = [];
    let text = "";
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      nodes.push({ node, start: text.length });
      text += node.data;
    }
    const lower = text.toLowerCase();
    // Some letters change their length with their case; then places would not fit.
    if (lower.length !== text.length) return [];
    const ranges = [];
    for (let at = lower.indexOf(words); at !== -1 && ranges.length < 100; at = lower.indexOf(words, at + words.length)) {
      if (isInWord(lower, at, words)) continue;
      const range = document.createRange();
      range.setStart(...place(nodes, at));
      range.setEnd(...place(nodes, at + words.length));
      ranges.push(range);
    }
    return ranges;
  }

  // "art" is not in "party"; scripts without blanks have no such inside.
  function isInWord(text, at, words) {
    const isLetter = (letter) => /[\p{L}\p{N}]/u.test(letter ?? "") && !UNSPACED.test(letter);
    return isLetter(text[at - 1]) || isLetter(text[at + words.length]);
  }

  function place(nodes, at) {
    const { node, start } = nodes.findLast((one) => one.start <= at);
    return [node, Math.min(at - start, node.length)];
  }

  // Scrolls the passage alone, where it scrolls at all, never the page.
  function bringIntoView(box, range) {
    const inner = range.getBoundingClientRect();
    const outer = box.getBoundingClientRect();
    if (inner.top < outer.top || inner.bottom > outer.bottom) {
      box.scrollTop += inner.top - outer.top - outer.height / 3;
    }
  }

  offerWhatThereIs();
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", () => { show(); keep(); });
  form.addEventListener("reset", () => setTimeout(() => { show(); keep(); }));
  form.elements.open.addEventListener("click", () => { for (const block of blocks) block.open = true; });
  form.elements.shut.addEventListener("click", () => { for (const block of blocks) block.open = false; });
  const list = document.getElementById("pairs").parentElement;
  list.addEventListener("pointerover", (event) => {
    const item = event.target.closest("li[id]");
    if (item) point(item);
  });
  list.addEventListener("focusin", (event) => {
    const item = event.target.closest("li[id]");
    if (item) point(item);
  });
  window.addEventListener("hashchange", takeFromAddress);
  show();
  takeFromAddress();
})();
