"""Holds what is sent to Slack against Block Kit's limits, as Slack itself would.

`slack_sdk`'s own models check most of it; two things they don't: 50 blocks in a message, and
ids that stand twice in it.
"""

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

MOST_BLOCKS = 50
MOST_TEXT = 13_200


def check_blocks(blocks, most=MOST_BLOCKS):
    """Raises what is wrong with a message's blocks."""
    assert len(blocks) <= most, f"{len(blocks)} blocks"
    parsed = Block.parse_all(blocks)
    assert len(parsed) == len(blocks), "a block that Block Kit does not know"
    for block in parsed:
        block.validate_json()
        for element in getattr(block, "elements", None) or ():
            if hasattr(element, "validate_json"):
                element.validate_json()
    ids = [
        each["action_id"] for block in blocks for each in elements_of(block) if "action_id" in each
    ]
    assert len(ids) == len(set(ids)), f"an action_id twice: {ids}"
    named = [block["block_id"] for block in blocks if "block_id" in block]
    assert len(named) == len(set(named)), f"a block_id twice: {named}"
    texts = list(texts_of(blocks))
    assert sum(map(len, texts)) <= MOST_TEXT, "msg_blocks_too_long"
    assert all(texts), "an empty text"
    assert all(text.encode() for text in texts)  # no lone surrogates
    for block in blocks:
        check_block(block)


def check_block(block):
    """What the models leave open."""
    if block["type"] == "context":
        assert 0 < len(block["elements"]) <= 10
        assert all(len(each["text"]) <= 3000 for each in block["elements"])
    if block["type"] == "actions":
        assert 0 < len(block["elements"]) <= 25
        for each in block["elements"]:
            assert each["text"]["type"] == "plain_text"
            assert 0 < len(each["text"]["text"]) <= 75
            assert len(each.get("value", "")) <= 2000
            assert each.get("style", "primary") in ("primary", "danger")
    if block["type"] == "rich_text":
        assert block["elements"]
        for element in block["elements"]:
            assert element["elements"]


def elements_of(block):
    found = block.get("elements") or ()
    yield from (each for each in found if isinstance(each, dict))
    if "element" in block:
        yield block["element"]


def texts_of(found):
    """Every text in a payload."""
    if isinstance(found, list):
        for each in found:
            yield from texts_of(each)
    elif isinstance(found, dict):
        if isinstance(found.get("text"), str):
            yield found["text"]
        for value in found.values():
            if isinstance(value, list | dict):
                yield from texts_of(value)


def check_view(view):
    """Raises what is wrong with a modal or an App Home."""
    View(**view).validate_json()
    check_blocks(view["blocks"], most=100)
    assert len(view.get("private_metadata", "")) <= 3000
    if view["type"] == "modal":
        for name in ("title", "submit", "close"):
            assert 0 < len(view[name]["text"]) <= 24
