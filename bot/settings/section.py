"""What every section of the settings is, and the measures they share."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Section(BaseModel):
    """A part of the settings: closed, so that a misspelt key is an error and not a wish."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Seconds = Annotated[float, Field(gt=0, le=604800)]
"""At most a week: more is a slip of the pen, and so is infinity."""
Minutes = Annotated[float, Field(gt=0, le=43200)]
"""At most thirty days."""
