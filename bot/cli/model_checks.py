"""What works of the language models that are set up, and which line of which file to mend."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from bot.adapters.files.marked_yaml import Marked, Where, read
from bot.domain.usage import Usage
from bot.errors import (
    ConfigError,
    ModelAuthError,
    ModelAwayError,
    ModelBusyError,
    ModelError,
    ModelUnknownError,
    ModelUnlistedError,
    OverseerError,
)
from bot.intent.model.standing import LEFT_OUT
from bot.settings import Home, ModelSettings, ModelsSettings

if TYPE_CHECKING:
    from bot.ports import Model

CHECK_S = 15.0


def check_models(
    home: Home,
    settings: ModelsSettings,
    make: Callable[[ModelSettings], Model] | None = None,
    standing: Callable[[Home], Sequence[str]] | None = None,
) -> bool:
    """Look at each endpoint and say what is wrong. Whether all is well.

    No token is spent, but on an endpoint where nothing but a request can tell. A server that runs
    may leave out what is well here, until it tries again: that is told, and no fault. `standing`
    are its lines on models; none: no server runs.
    """
    if not settings.tiers:
        print("✓ parser         rules; no language model is set up")
        return True
    if make is None:
        from bot.adapters.secrets import SecretStore
        from bot.app.world import models_with

        make = models_with(SecretStore(home))
    made = make
    file = read(home.settings)

    async def work() -> list[OverseerError | Usage | None]:
        return list(await asyncio.gather(*(_checked(made, one) for one in settings.tiers)))

    found = asyncio.run(work())
    bad = [
        error
        for error in found
        if isinstance(error, OverseerError) and not isinstance(error, ModelBusyError)
    ]
    well = len(found) - len(bad)
    print(f"{'✗' if bad else '✓'} models         {well} of {len(found)} "
          f"{'is' if well == 1 else 'are'} well"
          + ("; without one the rules read requests" if bad else ""))  # fmt: skip
    for number, (one, error) in enumerate(zip(settings.tiers, found, strict=True)):
        if not isinstance(error, OverseerError):
            tried = (
                f" (a request of {error.tokens:,} tokens was answered; it shows no list)"
                if error
                else ""
            )
            print(f"                 {one.tier.value}: {one.called}{tried}")
            continue
        told = mend(file, number, one, error)
        print(f"                 {one.tier.value}: {told.sentence}")
        if told.cure:
            print(f"                   {told.cure}")
    for line in (standing or _of_the_server)(home):
        if line.startswith(LEFT_OUT):
            print(f"                 the server that runs has {line}")
    for one in settings.unbounded:
        told = mend(file, settings.tiers.index(one), one, unpriced(one))
        print(f"✗ budget         {told.sentence}\n                 {told.cure}")
    return not bad and not settings.unbounded


def _of_the_server(home: Home) -> Sequence[str]:
    """What `status` says of models, if a server runs that tells this account."""
    from bot.adapters.terminal.client import connect

    try:
        link = connect(home)
        if link is None:
            return ()
        with link:
            return link.status().models
    except OverseerError:  # what is checked here is not about that
        return ()


def unpriced(one: ModelSettings) -> OverseerError:
    """What is wrong where a budget in money is to bound a model without a price."""
    return OverseerError(
        f"{one.called} has no price, so the budget in money bounds nothing there.",
        cure="Write `price: {input: …, output: …}` beside it ({input: 0} where it costs nothing), "
        "or a budget in tokens.",
    )


async def _checked(
    make: Callable[[ModelSettings], Model], one: ModelSettings
) -> OverseerError | Usage | None:
    """What is wrong with a model; None: nothing; or what it used where it had to be asked."""
    try:
        model = make(one)
    except (OverseerError, ImportError) as error:
        why = error.sentence if isinstance(error, OverseerError) else str(error)
        cure = error.cure if isinstance(error, OverseerError) else ""
        return ModelError(f"{one.called} can't be set up: {why}", model=one.called, cure=cure)
    try:
        async with asyncio.timeout(CHECK_S * 2):
            try:
                await model.check(timeout_s=CHECK_S)
            except ModelUnlistedError:
                return await model.try_out(timeout_s=CHECK_S)
    except TimeoutError:
        return ModelAwayError(f"{one.called} does not answer.", model=one.called)
    except OverseerError as error:
        return error
    finally:
        await model.close()
    return None


def mend(file: Marked, number: int, one: ModelSettings, error: OverseerError) -> ConfigError:
    """The error as a complaint about the line of the settings that it comes from."""
    entry: Where = ("models", "tiers", number)
    field = ""
    if isinstance(error, ModelAuthError):
        field = "key"
    elif isinstance(error, ModelUnknownError):
        field = "model"
    elif isinstance(error, ModelAwayError):
        field = "health" if one.health else "base_url"
    return file.error((*entry, field), error.sentence, cure=error.cure)
