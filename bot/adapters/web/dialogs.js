// Questions that the page asks before something is sent. A dialog keeps the focus, Escape ends it
// without an answer, and the focus goes back to where it came from.
window.overseerDialogs = (() => {
  "use strict";

  function dialog(title) {
    const box = document.createElement("dialog");
    box.className = "o-dialog";
    const head = document.createElement("h2");
    head.textContent = title;
    head.id = "o-dialog-title";
    box.setAttribute("aria-labelledby", head.id);
    box.append(head);
    document.body.append(box);
    box.addEventListener("close", () => box.remove());
    box.addEventListener("click", (event) => event.target === box && box.close());
    return box;
  }

  function buttonOf(text, cls, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = `o-button ${cls}`;
    made.textContent = text;
    made.addEventListener("click", act);
    return made;
  }

  function ask(prompt, action) {
    return new Promise((done) => {
      const box = dialog(prompt);
      const area = document.createElement("textarea");
      area.rows = 3;
      area.maxLength = 2000;
      area.setAttribute("aria-label", prompt);
      let answer = null;
      const send = () => ((answer = area.value.trim()), box.close());
      area.addEventListener("keydown", (event) => {
        if (event.key === "Enter" && !event.shiftKey && !event.isComposing) event.preventDefault(), send();
      });
      const row = document.createElement("div");
      row.className = "o-buttons";
      row.append(buttonOf(action, "o-primary", send), buttonOf("Back", "", () => box.close()));
      box.append(area, row);
      box.addEventListener("close", () => done(answer));
      box.showModal();
      area.focus();
    });
  }

  function choose(prompt, choices) {
    return new Promise((done) => {
      const box = dialog(prompt);
      let answer = null;
      const row = document.createElement("div");
      row.className = "o-buttons";
      row.append(
        ...choices.map(([value, label]) => buttonOf(label, "", () => ((answer = value), box.close()))),
        buttonOf("Back", "", () => box.close()),
      );
      box.append(row);
      box.addEventListener("close", () => done(answer));
      box.showModal();
    });
  }

  return { ask, buttonOf, choose, dialog };
})();
