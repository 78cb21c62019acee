"""What a message's blocks would look like, as plain text: to read, and for the golden files."""

DOTS = {
    "white_circle": "⚪", "large_green_circle": "🟢", "large_blue_circle": "🔵", "x": "❌",
    "large_yellow_circle": "🟡", "large_orange_circle": "🟠", "red_circle": "🔴",
    "warning": "⚠", "white_check_mark": "✅",
}  # fmt: skip


def run(part):
    match part["type"]:
        case "emoji":
            return DOTS.get(part["name"], f":{part['name']}:")
        case "date":
            return part["fallback"]
        case "link":
            return f"[{part['text']}]"
        case "user":
            return f"@{part['user_id']}"
    text, style = part["text"], part.get("style", {})
    for name, sign in (("code", "`"), ("italic", "_"), ("bold", "*")):
        if style.get(name) and text.strip():
            lead = text[: len(text) - len(text.lstrip())]
            text = f"{lead}{sign}{text.strip()}{sign}{text[len(text.rstrip()) :]}"
    return text


def lines(block):
    match block["type"]:
        case "rich_text":
            for element in block["elements"]:
                text = "".join(run(part) for part in element["elements"])
                fence = element["type"] == "rich_text_preformatted"
                yield from (f"  | {line}" if fence else line for line in text.split("\n"))
        case "context":
            for element in block["elements"]:
                yield from (f"  ~ {line}" for line in element["text"].split("\n"))
        case "section" | "header":
            yield block["text"]["text"]
        case "divider":
            yield "─" * 40
        case "actions":
            yield "   ".join(
                f"[{each['text']['text']}]"
                + {"primary": "+", "danger": "!"}.get(each.get("style"), "")
                for each in block["elements"]
            )
        case other:
            yield f"<{other}>"


def preview(blocks):
    return "\n".join(line for block in blocks for line in lines(block)) + "\n"
