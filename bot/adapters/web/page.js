// The page's own hands: what is typed, pressed and clicked goes to the server from here.
// Nothing is asked while nothing happens; news arrives over NiceGUI's socket (see morph.js).
(() => {
  "use strict";
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
  const { ask, choose } = window.overseerDialogs;
  const { showOutput } = window.overseerOutput;
  const zone = $('meta[name="overseer-zone"]')?.content || undefined;

  // -- sending ---------------------------------------------------------------------------
  // The same submission keeps its id until it is answered, so that sending twice is once.
  const pending = new Map();
  // crypto.randomUUID needs https or localhost; the page may be open over plain http elsewhere.
  const fresh = () => [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");
  const idFor = (what) => pending.get(what) ?? pending.set(what, fresh()).get(what);

  async function post(path, what, body) {
    const sent = JSON.stringify({ ...body, event_id: idFor(what) });
    for (let attempt = 0; attempt < 4; attempt++) {
      try {
        const answer = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: sent });
        if (answer.status === 401) return location.assign("/login"), { accepted: false, text: "" };
        if (answer.status < 500) {
          pending.delete(what);
          return { accepted: false, text: "", ...(await answer.json()) };
        }
      } catch {
        // no connection: once more, with the same id
      }
      await sleep(300 * 2 ** attempt);
    }
    return { accepted: false, text: "No connection. It has not been lost: send it again." };
  }

  // A sentence with its `code` and *Names* drawn as on cards (bot/domain/marked.py).
  function sentence(text) {
    const marked = /`([^`\n]+)`|(?<![\p{L}\p{N}_*])\*([A-Z][^*`\n]{0,40})(?<=[\p{L}\p{N}_…])\*(?![\p{L}\p{N}_*])/gu;
    const parts = [];
    let at = 0;
    for (const match of text.matchAll(marked)) {
      const made = document.createElement(match[1] === undefined ? "em" : "code");
      made.textContent = match[1] ?? match[2];
      parts.push(text.slice(at, match.index), made);
      at = match.index + match[0].length;
    }
    return [...parts, text.slice(at)];
  }

  function notice(spot, text, good = false) {
    if (!spot) return;
    clearTimeout(spot.fading);
    spot.replaceChildren(...sentence(text));
    spot.classList.toggle("o-shown", Boolean(text));
    spot.classList.toggle("o-good", good);
    if (text) spot.fading = setTimeout(() => notice(spot, ""), 6000 + 60 * text.length);
  }

  // -- saying ----------------------------------------------------------------------------
  const composer = () => $(".o-composer");
  const input = () => $(".o-composer textarea");
  const place = () => location.pathname + location.search;
  let here = place();
  const draftKey = () => `overseer-draft ${here}`;

  function fit(area) {
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight, 200)}px`;
  }

  async function say(thread, text, spot) {
    const form = composer();
    const reply = await post("/say", `say\n${thread}\n${text}`, { thread, text });
    if (reply.accepted && form && form.dataset.thread === thread && here !== form.dataset.path)
      history.replaceState(null, "", (here = form.dataset.path));
    else if (reply.accepted && reply.path && reply.path !== here && form) go(reply.path);
    if (reply.text) notice(spot, reply.text, reply.accepted);
    return reply;
  }

  async function submit() {
    const form = composer();
    const area = input();
    const text = area?.value.trim();
    if (!text || form.dataset.uiSending) return;
    form.dataset.uiSending = "1";
    const key = draftKey();
    const reply = await say(form.dataset.thread, text, $(".o-foot-bar .o-notice"));
    delete form.dataset.uiSending;
    if (reply.accepted) {
      if (area.value.trim() === text) area.value = "";
      sessionStorage.removeItem(key);
      fit(area);
      toEnd();
    }
    area.focus();
  }

  // -- pressing --------------------------------------------------------------------------
  const AFTER_CHANGE_MS = 700;
  const LEAVES_CARD = new Set(["why", "output", "change"]);

  async function press(button) {
    const card = button.closest(".o-card");
    const spot = $(".o-notice", card);
    const { button: id, value = "", asks, says, choices } = button.dataset;
    if (card.closest("[data-ui-gallery]")) return notice(spot, "This is only a picture of a card: nothing happens.");
    if (card.dataset.uiPressed) return;
    if (Date.now() - Number(card.dataset.uiChanged || 0) < AFTER_CHANGE_MS)
      return notice(spot, "The card has just changed: look again, then press.");
    const { plan, revision, digest, serial, thread } = card.dataset;
    if (id === "output" && plan) return showOutput(card, value);
    let text = "";
    const held = button === document.activeElement;
    if (asks) {
      text = choices
        ? await choose(asks, JSON.parse(choices))
        : await ask(asks, button.firstChild.textContent.trim());
      if (text === null) return;
      if (card.dataset.digest !== digest || card.dataset.revision !== revision)
        return notice(spot, "The card has changed meanwhile: look again, then press.");
    }
    card.dataset.uiPressed = "1";
    const off = $$(".o-button", card);
    // A button that can't be pressed can't be stood on either: the card keeps the place.
    if (held || document.activeElement === document.body) card.focus({ preventScroll: true });
    off.forEach((other) => (other.disabled = true));
    button.setAttribute("aria-busy", "true");
    const reply = says
      ? await say(thread, says, spot)
      : await post("/press", `press\n${card.id}\n${serial}\n${id}\n${value}\n${text}`, {
          thread, button: id, value, text, digest: digest ?? "",
          plan: plan ? Number(plan) : null, revision: revision ? Number(revision) : null,
        });
    if (reply.text && !says) notice(spot, reply.text, reply.accepted);
    delete card.dataset.uiPressed;
    button.removeAttribute("aria-busy");
    const enable = () => {
      if (card.dataset.serial !== serial) return;
      off.forEach((other) => (other.disabled = false));
      if (held && document.activeElement === card) button.focus({ preventScroll: true });
    };
    // An accepted press keeps the buttons off until the card changes; should it not, they return.
    if (!reply.accepted || LEAVES_CARD.has(id)) enable();
    else setTimeout(enable, 8000);
    if (id === "change" && reply.accepted) beginChange(card);
    // What was said by a button is answered further down: who pressed it waits at the input.
    if (says && reply.accepted) toInput();
  }

  function beginChange(card) {
    const area = input();
    if (!area) return;
    const said = $$(".o-item").filter((item) => item.compareDocumentPosition(card) & Node.DOCUMENT_POSITION_FOLLOWING);
    if (!area.value) area.value = $$(".o-words", said.at(-1)).at(-1)?.textContent ?? "";
    area.focus();
    fit(area);
  }

  // -- moving about ----------------------------------------------------------------------
  const connected = () => window.socket?.connected && window.did_handshake;

  function go(path, push = true) {
    keepDraft();
    menu(false);
    if (!connected()) return location.assign(path);
    if (push) history.pushState(null, "", path);
    here = path;
    stick = !isBook();
    emitEvent("o-open", { path });
  }
  const isBook = () => /^\/(runs|hosts|people|audit|gallery)\b/.test(here);
  window.addEventListener("popstate", () => go(place(), false));

  function keepDraft() {
    const area = input();
    if (area?.value) sessionStorage.setItem(draftKey(), area.value);
  }
  function takeDraft() {
    const area = input();
    if (!area) return;
    area.value = sessionStorage.getItem(draftKey()) ?? "";
    fit(area);
    toInput();
  }
  // Where a finger types, the input would raise the keyboard over what is to be read.
  const toInput = () => matchMedia("(hover: hover)").matches && input()?.focus();

  // The narrow screen's sidebar.
  function menu(open) {
    const button = $("[data-menu]");
    document.body.classList.toggle("o-menu-open", open);
    if (!button || button.getAttribute("aria-expanded") === String(open)) return;
    button.setAttribute("aria-expanded", String(open));
    if (open) $(".o-sidebar .o-new")?.focus({ preventScroll: true });
    else if ($(".o-sidebar").contains(document.activeElement)) button.focus();
  }

  // The newest stands at the end; whoever has scrolled up is left in peace.
  let stick = !/^\/(runs|hosts|people|audit|gallery)\b/.test(location.pathname);
  const logOf = () => $(".o-log");
  const toEnd = () => ((stick = true), logOf()?.scrollTo({ top: logOf().scrollHeight }));
  document.addEventListener("scroll", (event) => {
    const log = event.target;
    if (log === logOf()) stick = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  }, true);

  // -- times -----------------------------------------------------------------------------
  const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone });
  const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", timeZone: zone });
  const full = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long", timeZone: zone });

  function times(root) {
    const today = day.format(new Date());
    for (const spot of $$("time.o-time", root)) {
      const at = new Date(spot.dateTime);
      const text = (day.format(at) === today ? "" : `${day.format(at)} `) + clock.format(at);
      if (spot.textContent !== text) spot.textContent = text;
      spot.title = full.format(at);
    }
    for (const spot of $$("time.o-ends", root)) {
      const left = Math.round((new Date(spot.dateTime) - Date.now()) / 1000);
      const minutes = Math.round(left / 60), hours = Math.floor(minutes / 60);
      const long = hours < 2 ? `${minutes} min` : hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
      spot.textContent = left <= 0 ? "" : left < 90 ? `${left} s left` : `${long} left`;
      spot.title = `until ${full.format(new Date(spot.dateTime))}`;
    }
  }
  setInterval(() => document.visibilityState === "visible" && times(document), 10000);

  // -- keys ------------------------------------------------------------------------------
  function hotCard() {
    return $$(".o-log .o-card").filter((card) => $(".o-button[data-key]:not(:disabled)", card)).at(-1);
  }
  function markHot() {
    const hot = hotCard();
    for (const card of $$(".o-card")) card.toggleAttribute("data-ui-hot", card === hot);
  }
  function hotkey(event) {
    const card = hotCard();
    const button = card && $$(".o-button[data-key]", card).find((b) => b.dataset.key === event.key && !b.disabled);
    if (!button) return;
    event.preventDefault();
    const { top, bottom } = button.getBoundingClientRect();
    const log = logOf().getBoundingClientRect();
    if (top < log.top || bottom > log.bottom) card.scrollIntoView({ block: "end" });
    else press(button);
    button.focus({ preventScroll: true });
  }

  // -- events ----------------------------------------------------------------------------
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, dialog");
    if (event.target === input() && event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      submit();
    } else if (event.key === "Escape") {
      menu(false);
      if (event.target === input()) logOf()?.focus();
    } else if (!typing && !event.ctrlKey && !event.metaKey && !event.altKey && !event.repeat) {
      if (event.key === "/" && input()) event.preventDefault(), input().focus();
      else hotkey(event);
    }
  });

  document.addEventListener("click", (event) => {
    const at = (selector) => event.target.closest?.(selector);
    let hit;
    if ((hit = at(".o-card [data-button]"))) press(hit);
    else if ((hit = at("[data-fold]"))) {
      hit.closest(".o-output").toggleAttribute("data-ui-open");
    } else if ((hit = at("[data-file]"))) {
      if (hit.closest("[data-ui-gallery]")) return;
      const { thread, card } = hit.closest(".o-card").dataset;
      const link = document.createElement("a");
      link.href = `/file?${new URLSearchParams({ thread, card, number: hit.dataset.file })}`;
      link.download = "";
      link.click();
    } else if (at("[data-earlier]")) {
      stick = false;
      if (connected()) emitEvent("o-open", { path: here, all: true });
    } else if (at("[data-menu]")) menu(!document.body.classList.contains("o-menu-open"));
    else if (at("[data-skip]")) event.preventDefault(), logOf()?.focus();
    else if ((hit = at("a[data-go]")) && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      if (hit.dataset.draft) sessionStorage.setItem(`overseer-draft ${hit.getAttribute("href")}`, hit.dataset.draft);
      go(hit.getAttribute("href"));
    } else if ((hit = at("a[data-jump]"))) {
      event.preventDefault();
      const part = document.getElementById(hit.getAttribute("href").slice(1));
      part?.scrollIntoView({ block: "start" });
      part?.focus({ preventScroll: true });
    } else if (document.body.classList.contains("o-menu-open") && !at(".o-sidebar"))
      menu(false);
  });
  document.addEventListener("submit", (event) => {
    const search = event.target.dataset?.search;
    if (event.target === composer()) event.preventDefault(), submit();
    else if (search) {
      event.preventDefault();
      const asked = new FormData(event.target).get("q").trim();
      go(asked ? `${search}?${new URLSearchParams({ q: asked })}` : search);
    }
  });
  document.addEventListener("input", (event) => {
    if (event.target === input()) fit(event.target), sessionStorage.setItem(draftKey(), event.target.value);
  });
  window.addEventListener("pagehide", keepDraft);
  // A target's output is fetched when it is opened; `toggle` does not bubble.
  document.addEventListener("toggle", async (event) => {
    const { output } = event.target.dataset ?? {};
    const shown = output && event.target.open && $("pre", event.target);
    if (!shown || shown.textContent) return;
    shown.textContent = "…";
    const answer = await fetch(output).catch(() => null);
    shown.textContent = !answer ? "No connection." : answer.ok ? (await answer.text()) || "It printed nothing." : (await answer.json()).text;
  }, true);

  document.addEventListener("o-drawn", (event) => {
    const drawn = event.target;
    times(drawn);
    markHot();
    if (drawn.matches(".o-sidebar")) {
      const badge = $(".o-badge");
      if (badge) badge.textContent = Number($("[data-waiting]", drawn)?.dataset.waiting) || "";
    } else if (drawn.matches(".o-foot-bar")) {
      takeDraft();
    }
    // A plan that was changed in words stands where it stood; whoever said them looks for it.
    const revised = $(".o-card[data-ui-revised]", drawn);
    if (revised && Date.now() - Number(revised.dataset.uiRevised) < 1000) {
      delete revised.dataset.uiRevised;
      revised.scrollIntoView({ block: "start" });
      stick = false;
    } else if (stick) toEnd();
  });

  // -- a lost connection -----------------------------------------------------------------
  // NiceGUI reconnects and reloads by itself; here only an ended session is noticed.
  async function whileLost() {
    const popup = document.getElementById("popup");
    while (popup.ariaHidden === "false") {
      const answer = await fetch("/session").catch(() => null);
      if (answer?.status === 401) return location.assign("/login");
      await sleep(3000);
    }
  }
  window.addEventListener("load", () => {
    const popup = document.getElementById("popup");
    if (popup) new MutationObserver(whileLost).observe(popup, { attributeFilter: ["aria-hidden"] });
  });
})();
