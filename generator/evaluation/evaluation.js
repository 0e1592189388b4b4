"use strict";
// Filters over what stands in the page already. Texts are only ever read and compared.
(() => {
  const form = document.querySelector("form.filters");
  const said = form.querySelector("output");
  const nothing = document.querySelector("p.nothing");
  const fields = ["q", "row", "mark"];
  const fold = (text) => text.normalize("NFKC").toLowerCase();
  const items = Array.from(document.querySelectorAll(".items > li"), (item) => ({
    item,
    row: item.dataset.row,
    marks: item.dataset.marks.split(" "),
    text: null,
  }));

  form.hidden = false;

  // The text of an item is folded when it is first searched.
  function textOf(one) {
    one.text ??= fold(Array.from(one.item.querySelectorAll(".q, .right, dd"), (part) => part.textContent).join("\n"));
    return one.text;
  }

  function wanted() {
    return Object.fromEntries(fields.map((name) => [name, form.elements[name].value]));
  }

  function show() {
    const want = wanted();
    const words = fold(want.q).split(/\s+/).filter(Boolean);
    let count = 0;
    for (const one of items) {
      const fits = (!want.row || one.row === want.row)
        && (!want.mark || one.marks.includes(want.mark))
        && words.every((word) => textOf(one).includes(word));
      if (one.item.hidden === fits) one.item.hidden = !fits;
      if (fits) count += 1;
    }
    nothing.hidden = count > 0;
    said.textContent = `${count.toLocaleString("en")} of ${items.length.toLocaleString("en")} questions`;
  }

  // The filters stand in the address, so that a view can be kept and passed on.
  function keep() {
    const set = new URLSearchParams(Object.entries(wanted()).filter(([, value]) => value));
    history.replaceState(null, "", set.size ? `#${set}` : "#answers");
  }

  function takeFromAddress() {
    if (!location.hash.includes("=")) return;
    const set = new URLSearchParams(location.hash.slice(1));
    for (const name of fields) {
      form.elements[name].value = set.get(name) ?? "";
      if (form.elements[name].selectedIndex === -1) form.elements[name].value = "";
    }
    show();
  }

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", () => { show(); keep(); });
  window.addEventListener("hashchange", takeFromAddress);
  show();
  takeFromAddress();
})();
