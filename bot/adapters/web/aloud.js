// The page for who does not see it: what has changed is said once, and the tab is named.
// One polite region says it (`data-heard`). A card speaks when its state changes or it offers
// something else, never at a tick of its progress; what stood there already says nothing.
(() => {
  "use strict";
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const text = (node) => node?.textContent.replace(/\s+/g, " ").trim() ?? "";

  const TOGETHER_MS = 250; // what is drawn in one go is one sentence
  const FADES_MS = 10_000; // it is no part of the page for whoever walks through it later
  const LONGEST = 300;
  let waiting = [];
  let timer = 0;

  function say(words) {
    waiting.push(words);
    clearTimeout(timer);
    timer = setTimeout(() => {
      const spot = $("[data-heard]");
      if (spot) spot.textContent = waiting.join(" ");
      waiting = [];
      timer = setTimeout(() => spot?.replaceChildren(), FADES_MS);
    }, TOGETHER_MS);
  }

  const ended = (words) => (/[.!?…:]$/.test(words) ? words : `${words}.`);

  const offers = (card) => $$("[data-button] > span:first-child", card).map(text);

  // What makes a card worth speaking of again.
  function gist(card) {
    const { state, digest, busy } = card.dataset;
    return [state, digest ?? "", ...(busy === undefined ? offers(card) : [])].join("\n");
  }

  function tell(card, isNew) {
    const heading = [text($(".o-title", card)), text($(".o-state", card))].filter(Boolean).join(": ");
    const parts = [heading, ...(isNew ? $$(".o-line, .o-text", card).map(text) : [])];
    const said = parts.filter(Boolean).map(ended).join(" ");
    const can = card.dataset.busy === undefined ? offers(card) : [];
    const short = said.length > LONGEST ? `${said.slice(0, LONGEST)}…` : said;
    say(`${short}${can.length ? ` You can: ${can.join(", ")}.` : ""}`);
  }

  function nameTab() {
    const name = text($("h1"));
    const count = Number($("[data-waiting]")?.dataset.waiting ?? 0);
    const title = `${count ? `(${count}) ` : ""}${name ? `${name} · ` : ""}Overseer`;
    if (document.title !== title) document.title = title;
  }

  document.addEventListener("o-drawn", ({ target, detail }) => {
    for (const card of $$(".o-card", target)) {
      const now = gist(card);
      const told = card.dataset.uiTold;
      if (told === now) continue;
      card.dataset.uiTold = now;
      if (told !== undefined || detail.news) tell(card, told === undefined);
    }
    const said = detail.first && detail.news && $(".o-speech:not(.o-mine), .o-note", target);
    if (said) say(ended(text(said)));
    nameTab();
  });
})();
