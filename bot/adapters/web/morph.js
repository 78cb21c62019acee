// A piece of the page that the server rewrites. The new HTML is laid over the old, node by
// node, so that focus, selection, opened output and running transitions stay.
//
// What belongs to the browser alone: attributes `data-ui-…`, and the children of elements
// marked `data-ui-own`. Buttons match only their own like, so that a focused Approve never
// turns into another button under the finger.

const key = (node) =>
  [node.nodeName, node.id, node.dataset?.button, node.dataset?.value, node.getAttribute?.("href")].join("\n");

function alike(old, fresh) {
  if (old.nodeType !== fresh.nodeType) return false;
  return old.nodeType !== Node.ELEMENT_NODE || key(old) === key(fresh);
}

function lay(old, fresh) {
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue;
    return;
  }
  if (old.dataset.digest !== fresh.dataset.digest || old.dataset.revision !== fresh.dataset.revision)
    old.dataset.uiChanged = String(Date.now());
  if (old.dataset.revision && old.dataset.revision !== fresh.dataset.revision)
    old.dataset.uiRevised = String(Date.now());
  for (const { name } of [...old.attributes])
    if (!name.startsWith("data-ui-") && !fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes)
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  if (!fresh.hasAttribute("data-ui-own")) layChildren(old, fresh);
}

function layChildren(old, fresh) {
  let at = old.firstChild;
  for (const want of [...fresh.childNodes]) {
    if (at && alike(at, want)) {
      lay(at, want);
      at = at.nextSibling;
    } else {
      old.insertBefore(want, at);
    }
  }
  while (at) {
    const gone = at;
    at = at.nextSibling;
    gone.remove();
  }
}

// Whoever stood on what went stands on its like again, or beside it, not at the page's beginning.
function stand(root, held, around) {
  const named = held.id || held.dataset.button || held.getAttribute("href");
  const same = named && [...root.querySelectorAll(held.nodeName)].find((node) => key(node) === key(held));
  (same || around.find((node) => node.isConnected))?.focus({ preventScroll: true });
}

export default {
  props: { html: String, news: Boolean },
  render() {
    return Vue.h("div");
  },
  mounted() {
    this.draw(true);
  },
  watch: {
    html: {
      handler() {
        this.draw(false);
      },
      flush: "post",
    },
  },
  methods: {
    draw(first) {
      const sheet = document.createElement("template");
      sheet.innerHTML = this.html;
      const held = this.$el.contains(document.activeElement) && document.activeElement;
      const around = [];
      for (let node = held?.parentElement; node; node = node.parentElement)
        if (node.hasAttribute("tabindex")) around.push(node);
      layChildren(this.$el, sheet.content);
      if (held && !held.isConnected) stand(this.$el, held, around);
      this.$el.dispatchEvent(new CustomEvent("o-drawn", { bubbles: true, detail: { first, news: this.news } }));
    },
  },
};
