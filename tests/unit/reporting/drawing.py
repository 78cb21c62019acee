"""A card as plain text, every part of it: what the golden files hold."""

from bot.domain.cards import text_of


def draw(card):
    head = f"[{card.state}] {card.title}" + (f"  ({card.standing})" if card.standing else "")
    lines = [head, f"tone {card.tone.value}{', busy' if card.busy else ''}", *card.lines, "---"]
    for block in card.body:
        lines += drawn(block)
    lines.append("---")
    for b in card.buttons:
        more = "".join(f" {k}={v!r}" for k, v in (("value", b.value), ("asks", b.asks)) if v)
        more += (
            f" only for {', '.join(b.only) or 'nobody'}, else {b.others!r}"
            if b.only is not None
            else ""
        )
        more += f" of {', '.join(c.label for c in b.choices)}" if b.choices else ""
        lines.append(
            f"[{b.key}] {b.label!r} → {b.id}{more}" + (f" says {b.says!r}" if b.says else "")
        )
    lines += [f"~ {text}" for text in (card.hint, *card.footer) if text]
    lines += [f"attached {a.name}: {len(a.text.splitlines())} lines" for a in card.attachments]
    return "\n".join(lines) + "\n"


def drawn(block, indent=""):
    match block.kind:
        case "row":
            code = "`" if any(span.code for span in block.spans) else ""
            text = f"{block.label:<10}{code}{text_of(block.spans)}{code}"
            lines = [f"{text}    {block.aside}" if block.aside else text]
        case "exact":
            first, *rest = block.text.split("\n")
            lines = [f"{block.label:<10}`{first}{'' if rest else '`'}"]
            lines += [
                *(f"          {line}" for line in rest[:-1]),
                *(f"          {rest[-1]}`" for _ in rest[:1]),
            ]
            lines[0] += f"    {block.aside}" if block.aside else ""
            lines += [f"          … {block.more}"] if block.more else []
        case "paragraph":
            lines = [f"¶ {block.text}"]
        case "heading":
            lines = [f"## {block.text}  {block.aside}".rstrip()]
        case "bar":
            lines = [f"{block.label:<10}{'█' * round(block.share * 20):░<20} {block.text}"]
        case "table":
            lines = ["  ".join(block.columns), *("  ".join(row) for row in block.rows)]
        case "output":
            hidden = [f"… {block.hidden_lines} more"] if block.hidden_lines else []
            title = [f"{block.title}:"] if block.title else []
            lines = [*title, *hidden, *(f"│ {line}" for line in block.text.splitlines())]
        case "step":
            took = f" {block.elapsed_s:g} s" if block.elapsed_s is not None else ""
            lines = [
                (
                    f"{block.number} {block.state} {block.title} · {block.aside} · "
                    f"{block.done}/{block.total}{took}"
                )
            ]
            for target in block.targets:
                took = f" {target.elapsed_s:g} s" if target.elapsed_s is not None else ""
                lines.append(
                    f"    {target.state} {' '.join(target.hosts)}{took} {target.text}".rstrip()
                )
                for inner in target.blocks:
                    lines += drawn(inner, "        ")
        case _:
            lines = ["···"]
    return [f"{indent}{line}" for line in lines]
