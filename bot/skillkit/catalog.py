"""The index of every action: lookup, duplicates, JSON schema, help.

The catalogue is built once from the loaded skills and never changes after that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from bot.errors import ConfigError, RequestError
from bot.skillkit.contract import Action, Params, Skill
from bot.skillkit.own import Disabled
from bot.skillkit.unfit import unfit


class Catalog:
    """Every skill and action by name."""

    def __init__(self, skills: Sequence[Skill], disabled: Sequence[Disabled] = ()) -> None:
        """Index the skills; `disabled` are those that were left out, for whoever asks.

        Raises:
            ConfigError: two skills share a name, two actions do, or an action's name does
                not begin with its skill's.
        """
        self.disabled = tuple(disabled)
        self.skills: dict[str, Skill] = {}
        self._actions: dict[str, Action] = {}
        for skill in skills:
            if skill.name in self.skills:
                raise ConfigError(f"Two skills are called {skill.name}.")
            self.skills[skill.name] = skill
            for action in skill.actions:
                if action.skill != skill.name:
                    raise ConfigError(f"{action.name} stands in the skill {skill.name}.")
                if action.name in self._actions:
                    raise ConfigError(f"Two actions are called {action.name}.")
                self._actions[action.name] = action

    def __contains__(self, name: object) -> bool:
        """Whether an action of this name exists."""
        return name in self._actions

    def __iter__(self) -> Iterator[Action]:
        """Every action, in the skills' order."""
        return iter(self._actions.values())

    def action(self, name: str) -> Action:
        """The action.

        Raises:
            RequestError: there is none; the sentence names the nearest.
        """
        try:
            return self._actions[name]
        except KeyError:
            skill = name.partition(".")[0]
            near = [a for a in self._actions if a.startswith(f"{skill}.")] or sorted(self.skills)
            raise RequestError(
                f"There is no action {name}.", cure=f"Known here: {', '.join(near)}."
            ) from None

    def is_own(self, name: str) -> bool:
        """Whether an action comes from an own skill, and not from one that ships."""
        return name in self and self.skills[self._actions[name].skill].own

    def params(self, name: str, raw: Mapping[str, Any]) -> Params:
        """Validated parameters of an action.

        Raises:
            RequestError: an unknown field, a missing one, or a value of the wrong shape.
        """
        action = self.action(name)
        try:
            return action.params.model_validate(dict(raw))
        except ValidationError as error:
            raise unfit(name, error) from error

    def schema(self) -> dict[str, Any]:
        """JSON schema of every action's parameters, by action name."""
        return {a.name: a.params.model_json_schema() for a in self}
