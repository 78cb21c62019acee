// What a run's commands printed, host by host: the hosts of the card first, those that failed before
// the others, then all the rest of the run, however many. A few are buttons; many are a list that
// is narrowed by typing.
window.overseerOutput = (() => {
  "use strict";
  const { buttonOf, dialog } = window.overseerDialogs;
  const AS_BUTTONS = 12;

  async function hostsOf(card) {
    const drawn = [...card.querySelectorAll("[data-hosts]")].flatMap((row) => row.dataset.hosts.split(" "));
    const asked = new URLSearchParams({ plan: card.dataset.plan, button: "output" });
    const answer = await fetch(`/choices?${asked}`).catch(() => null);
    const all = answer?.ok ? (await answer.json()).map(([value]) => value) : [];
    // What the card names is a host of the run, and may be something else's name (an aside).
    const known = all.length ? drawn.filter((host) => all.includes(host)) : drawn;
    return [...new Set([...known, ...all])];
  }

  function buttons(hosts, act) {
    const row = document.createElement("div");
    row.className = "o-buttons";
    for (const host of hosts) {
      const made = buttonOf(host, "", () => act(host));
      made.dataset.host = host;
      row.append(made);
    }
    const mark = (shown) => {
      for (const one of row.children) one.setAttribute("aria-pressed", String(one.dataset.host === shown));
    };
    return { row, mark };
  }

  function list(hosts, act) {
    const row = document.createElement("div");
    row.className = "o-pick";
    const part = document.createElement("input");
    part.type = "search";
    part.placeholder = `Part of a name, of ${hosts.length} hosts`;
    part.setAttribute("aria-label", part.placeholder);
    const names = document.createElement("select");
    names.size = 6;
    names.setAttribute("aria-label", "Hosts");
    let shown = "";
    const fill = () => {
      const wanted = part.value.trim().toLowerCase();
      const fit = hosts.filter((host) => host.toLowerCase().includes(wanted));
      names.replaceChildren(...fit.map((host) => new Option(host, host, false, host === shown)));
      names.disabled = !fit.length;
    };
    part.addEventListener("input", fill);
    part.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing || !names.options.length) return;
      event.preventDefault();
      act(names.options[0].value);
    });
    names.addEventListener("change", () => names.value && act(names.value));
    fill();
    row.append(part, names);
    return { row, mark: (host) => ((shown = names.value = host)) };
  }

  async function showOutput(card, value) {
    const [only, step = ""] = value.split("/");
    const hosts = only ? [only] : await hostsOf(card);
    if (!hosts.length) return;
    const box = dialog(hosts.length === 1 ? `Output of ${hosts[0]}` : "Output");
    box.classList.add("o-wide");
    const shown = document.createElement("pre");
    shown.tabIndex = 0; // it scrolls
    let wanted = "";
    const load = async (host) => {
      wanted = host;
      pick?.mark(host);
      shown.setAttribute("aria-label", `Output of ${host}`);
      shown.textContent = "…";
      const answer = await fetch(`/output?${new URLSearchParams({ plan: card.dataset.plan, host, step })}`).catch(() => null);
      const text = !answer ? "No connection." : answer.ok ? await answer.text() : ((await answer.json()).text ?? "");
      if (wanted === host) shown.textContent = text || "It printed nothing.";
    };
    const pick = hosts.length === 1 ? null : (hosts.length > AS_BUTTONS ? list : buttons)(hosts, load);
    if (pick) box.append(pick.row);
    const foot = document.createElement("div");
    foot.className = "o-buttons";
    foot.append(buttonOf("Close", "", () => box.close()));
    box.append(shown, foot);
    box.showModal();
    load(hosts[0]);
  }

  return { showOutput };
})();
