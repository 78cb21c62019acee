"""The sign on a request that waits for its turn, put before the outbox knows of the request.

Who is heard sees at once that they were seen. The sign gives way to the next one, which the outbox
puts; where nothing of the request bears one, whoever put it takes it away again.
"""

from __future__ import annotations

from bot.domain.posts import MarkState
from bot.ports import Unit


def is_taken_over(unit: Unit, mark: str) -> bool:
    """Whether the outbox takes the sign away that was put before it knew of the request.

    It learns of it here, if it has put none itself. Where it has, or is about to, another one than
    this stands beside it, and nobody would take this one away.
    """
    heard, posts = MarkState.HEARD.value, unit.posts_of(mark)
    for post in posts:
        if post.remote or post.nonce or post.gone:
            return heard in (post.remote, post.nonce)
        unit.sent(post.id, heard, -1)
    return bool(posts)
