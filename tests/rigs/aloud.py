"""What a screen reader is given of a page, and what holds for every page of ours.

tree = await read(page)          # Chromium's own accessibility tree
check_tree(tree)                 # names, landmarks, headings, tables, live regions
assert await pale(page) == []    # text under a contrast of 4.5
"""

from dataclasses import dataclass, field
from itertools import pairwise

PRESSED = {"button", "link", "textbox", "searchbox", "combobox", "checkbox", "DisclosureTriangle"}
LANDMARKS = {"main", "navigation", "complementary", "region", "banner", "search", "contentinfo"}
SAYS_NOTHING = {"here", "more", "details", "approve", "deny", "show", "open", "link", "button", "…"}
LEAST_CONTRAST = 4.5
"""WCAG 2.2, 1.4.3: text against what it stands on."""


@dataclass
class Node:
    """One node that is read: its role, its name, its description, and what else is known."""

    role: str
    name: str = ""
    described: str = ""
    about: dict = field(default_factory=dict)
    inside: list = field(default_factory=list)

    def all(self, *roles):
        """The nodes of these roles from here on, in reading order."""
        found = [self] if self.role in roles else []
        return found + [node for child in self.inside for node in child.all(*roles)]

    def text(self):
        """All that is read of it."""
        own = [self.name] if self.role == "StaticText" else []
        return " ".join(own + [said for child in self.inside if (said := child.text())])


async def read(page):
    """The tree; nodes that are not read are replaced by what stands in them."""
    session = await page.context.new_cdp_session(page)
    raw = (await session.send("Accessibility.getFullAXTree"))["nodes"]
    await session.detach()
    by_id = {node["nodeId"]: node for node in raw}

    def given(node, name):
        return str((node.get(name) or {}).get("value", ""))

    def made(node):
        inside = [
            one for key in node.get("childIds", ()) if key in by_id for one in made(by_id[key])
        ]
        if node.get("ignored") or given(node, "role") in {"none", "generic", "InlineTextBox"}:
            return inside
        about = {p["name"]: p["value"].get("value") for p in node.get("properties", ())}
        return [
            Node(
                given(node, "role"), given(node, "name"), given(node, "description"), about, inside
            )
        ]

    (root,) = made(raw[0])
    return root


def check_tree(tree):
    """The rules that hold for every page."""
    (main,) = tree.all("main")
    check_landmarks(tree)
    check_headings(tree, main)
    check_names(tree)
    for table in tree.all("table"):
        assert table.all("columnheader"), f"a table without headers: {table.text()[:80]}"
    assert [n for n in tree.all("image", "img") if not n.name] == []
    live = [n for n in tree.all(*roles(tree)) if n.about.get("live", "off") != "off"]
    assert {n.role for n in live} <= {"status", "alert"}, live
    for card in tree.all("article"):
        if card.name:  # it is never kept from being read while a run goes on
            assert not card.about.get("busy"), card.name


def roles(tree):
    """Every role that occurs."""
    return {tree.role}.union(*(roles(child) for child in tree.inside))


def check_landmarks(tree):
    """Those of one kind are told apart by name."""
    named = [(node.role, node.name) for node in tree.all(*LANDMARKS)]
    assert len(named) == len(set(named)), named
    assert [kind for kind, name in named if kind in {"navigation", "region"} and not name] == []


def check_headings(tree, main):
    """One of the first level, in `main`; no level is skipped on the way down."""
    first = [node.name for node in tree.all("heading") if node.about["level"] == 1]
    assert len(first) == 1, first
    assert first[0].strip()
    levels = [node.about["level"] for node in main.all("heading")]
    assert levels[0] == 1, levels
    for above, below in pairwise(levels):
        assert below <= above + 1, levels


def check_names(tree):
    """Whatever is pressed or filled in says by itself what it is; one name is one thing."""
    pressed = tree.all(*PRESSED)
    for node in pressed:
        said = node.name.strip()
        assert said, (node.role, node.described)
        assert said.lower() not in SAYS_NOTHING, (node.role, said)
        assert not set(said) & set("↓›✓✗▸"), f"an ornament is read: {said}"
    buttons = [node.name for node in pressed if node.role == "button"]
    if "Gallery" not in tree.name:  # one plan's card in many states
        assert len(buttons) == len(set(buttons)), sorted(b for b in buttons if buttons.count(b) > 1)
    ways = {}
    for node in pressed:
        if node.role == "link":
            ways.setdefault((node.name, node.described), set()).add(node.about.get("url"))
    assert {name: to for name, to in ways.items() if len(to) > 1} == {}


_PALE = """(least) => {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const brush = canvas.getContext("2d", { willReadFrequently: true });
  const known = new Map();
  const parsed = (css) => {
    if (!known.has(css)) {
      brush.clearRect(0, 0, 1, 1);
      brush.fillStyle = css;
      brush.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = brush.getImageData(0, 0, 1, 1).data;
      known.set(css, [r, g, b, a / 255]);
    }
    return known.get(css);
  };
  const over = ([r, g, b, a], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a)];
  const light = (rgb) => {
    const [r, g, b] = rgb.map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (node) => {
    const layers = [];
    for (let at = node; at; at = at.parentElement) layers.push(parsed(getComputedStyle(at).backgroundColor));
    return layers.reverse().reduce((under, layer) => over(layer, under), [255, 255, 255]);
  };
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = walk.nextNode(); text; text = walk.nextNode()) {
    const node = text.parentElement;
    if (!text.data.trim() || node.closest(".o-unseen, script, style, [aria-hidden=true].nicegui-error-popup")) continue;
    if (!node.checkVisibility({ checkVisibilityCSS: true }) || node.closest(":disabled")) continue;
    const style = getComputedStyle(node);
    const under = ground(node);
    let alpha = 1;
    for (let at = node; at; at = at.parentElement) alpha *= Number(getComputedStyle(at).opacity);
    const [r, g, b, a] = parsed(style.color);
    const ink = over([r, g, b, a * alpha], under);
    const [low, high] = [light(ink), light(under)].sort((x, y) => x - y);
    const ratio = (high + 0.05) / (low + 0.05);
    if (ratio < least) found.push(`${ratio.toFixed(2)} ${node.className} ${text.data.trim().slice(0, 40)}`);
  }
  return [...new Set(found)];
}"""


async def pale(page):
    """Text that stands out too little from what it stands on, as computed by the browser."""
    return await page.evaluate(_PALE, LEAST_CONTRAST)


_WORDLESS = """() => [...document.querySelectorAll(":is(.o-chip, .o-target, .o-step, .o-box, .o-target-line)")]
  .filter((node) => !node.matches(".o-tone-neutral, .o-tone-dim"))
  .filter((node) => {
    const words = node.matches(".o-chip") ? [node] : [...(node.querySelector(".o-step-head") ?? node).querySelectorAll(
      ".o-target-state, .o-step-state, .o-box-state, .o-mark[role=img]")];
    return !words.some((word) => /\\p{L}/u.test(word.ariaLabel ?? word.textContent));
  }).map((node) => node.outerHTML.slice(0, 120))"""


async def wordless(page):
    """What says its state by colour alone."""
    return await page.evaluate(_WORDLESS)
