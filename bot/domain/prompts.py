"""A prompt as its file says it, before it is compiled."""

from __future__ import annotations

from bot.domain.messages import Frozen


class PromptFile(Frozen):
    """The front matter and the body of one file of `prompts/`.

    `version` is raised with every change of the body or the inputs, so that what was measured
    with one is not taken for another. `inputs` are the values that the body speaks of, each
    with the line it stands in. `begins` is the line of the body's first line. `own`: it lies in a
    home and stands in for the one that ships.
    """

    name: str
    version: int
    inputs: dict[str, int]
    body: str
    begins: int
    path: str
    own: bool = False

    @property
    def called(self) -> str:
        """The name that cards and results give: `plan@1`, or `plan@1+own`."""
        return f"{self.name}@{self.version}{'+own' if self.own else ''}"
