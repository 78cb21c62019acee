// Runs before anything is drawn, so that the page does not flash in the other theme.
(() => {
  const root = document.documentElement;
  const theme = localStorage.getItem("overseer-theme");
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;

  function name() {
    for (const button of document.querySelectorAll("[data-theme-next]"))
      button.textContent = `Theme: ${root.dataset.theme ?? "auto"}`;
  }
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-theme-next]")) return;
    const order = ["", "light", "dark"];
    const next = order[(order.indexOf(root.dataset.theme ?? "") + 1) % 3];
    if (next) root.dataset.theme = next;
    else delete root.dataset.theme;
    localStorage.setItem("overseer-theme", next);
    name();
  });
  document.addEventListener("o-drawn", name);
})();
