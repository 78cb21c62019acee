"""Roles of a Discord server over its wire: held as it is said or pressed, in that server alone."""

import pytest

from bot.delivery import Delivery
from bot.domain.messages import Role
from bot.domain.posts import direct
from bot.errors import ChatAwayError, ChatDoubtError, ChatRefusedError, ConfigError
from bot.ports import Lender, Speech
from bot.settings.chat import DiscordSettings
from bot.testing.recorded_platform import RecordedPlatform
from bot.testing.seeded_ids import SeededIds
from tests.rigs.discord_guild import BEN, CHANNEL, CHRIS, GUILD
from tests.rigs.discord_guild import direct as direct_channel
from tests.rigs.discord_parts import CARD, Quick, asked, custom_id, platform_on
from tests.rigs.discord_wire import Wire

pytest_plugins = ("tests.rigs.discord_fixtures",)
pytestmark = pytest.mark.asyncio
ROLES = {"50": Role.OPERATOR, "On call": Role.APPROVER}


@pytest.fixture
async def platform(wire, ears):
    wire.roles = {"50": "Ops", "60": "On call", "70": "Others"}
    made = platform_on(wire, roles=ROLES)
    await made.start(ears)
    await wire.until(lambda: wire.identified)
    yield made
    await made.stop()


async def heard(wire, ears, *args, **more):
    number = len(ears.heard)
    wire.says(BEN, *args, **more)
    await wire.until(lambda: len(ears.heard) > number)
    return ears.heard[-1]


async def test_what_a_member_holds_goes_with_what_they_say(wire, ears, platform):
    assert (await heard(wire, ears, "hello")).lent == frozenset()
    wire.members[BEN] = ["50", "70"]
    assert (await heard(wire, ears, "restart nginx")).lent == {Role.OPERATOR}
    wire.members[BEN] = ["50", "60"]
    assert (await heard(wire, ears, "restart nginx")).lent == {Role.OPERATOR, Role.APPROVER}
    wire.members[BEN] = []  # taken away: the next word is said without
    assert (await heard(wire, ears, "restart nginx")).lent == frozenset()


async def test_a_direct_message_carries_none(wire, ears, platform):
    wire.members[BEN] = ["50"]
    direct = await heard(wire, ears, "restart nginx", channel=direct_channel(BEN), mention=False)
    assert direct.thread.is_direct
    assert direct.lent == frozenset()


async def test_what_a_member_holds_goes_with_what_they_press_as_they_press_it(wire, ears, platform):
    where = await asked(wire, ears)
    card = await platform.post(where, Speech(CARD), nonce="n")
    for held, lent in (
        (["60"], {Role.APPROVER}),
        ([], frozenset()),
        (["70", "50"], {Role.OPERATOR}),
    ):
        wire.members[CHRIS] = held
        await wire.answered(wire.presses(CHRIS, card, custom_id(wire, "Approve")))
        assert ears.pressed[-1].lent == lent


async def test_what_is_asked_by_a_command_carries_them_too(wire, ears, platform):
    wire.members[BEN] = ["50"]
    await wire.answered(wire.calls(BEN, "ask", request="restart nginx on web-1"))
    assert ears.heard[-1].lent == {Role.OPERATOR}


@pytest.mark.parametrize(("held", "apart"), [(["60"], False), (["70"], True), ([], True)])
async def test_a_stop_by_a_command_counts_by_them_too(wire, ears, platform, held, apart):
    """Nothing is lent in a direct message, which is where a stop is answered otherwise."""
    wire.members[BEN] = held
    await wire.answered(wire.calls(BEN, "ask", request="stop everything"))
    said = ears.heard[-1]
    assert said.thread.is_direct is apart
    assert said.lent == (frozenset() if apart else {Role.APPROVER})


@pytest.mark.parametrize(
    ("roles", "said"),
    [
        ({"60": "On call", "61": "On call"}, "'On call' is the name of 2 roles"),
        ({"60": "on call"}, "'On call' is no role"),
    ],
)
async def test_a_name_that_is_nobodys_or_several_roles_is_refused_at_the_start(
    wire, ears, roles, said
):
    wire.roles = roles
    refused = platform_on(wire, roles=ROLES)
    with pytest.raises(ConfigError) as told:
        await refused.start(ears)
    assert said in told.value.sentence
    assert told.value.cure
    assert wire.identified == []
    await refused.stop()


async def test_everybody_is_lent_nothing_whatever_the_settings_say(wire, ears):
    with pytest.raises(ConfigError, match="everybody's"):
        await platform_on(wire, roles={"@everyone": Role.ADMIN}).start(ears)
    made = platform_on(wire, roles={GUILD: Role.ADMIN})
    await made.start(ears)
    await wire.until(lambda: wire.identified)
    assert (await heard(wire, ears, "hello")).lent == frozenset()
    await made.stop()


async def test_a_role_that_is_given_the_name_afterwards_is_another(wire, ears, platform):
    wire.roles["61"] = "On call"
    wire.dispatch("GUILD_ROLE_CREATE", {"guild_id": GUILD, "role": wire._roles()[-1]})
    wire.members[BEN] = ["61"]
    assert (await heard(wire, ears, "restart nginx")).lent == frozenset()


async def test_names_wait_for_a_discord_that_answers(discord_api, discord_addresses, ears):
    async with Wire(discord_api) as gone:
        platform = platform_on(gone, roles=ROLES)
    with pytest.raises(ChatAwayError):
        await platform.start(ears)
    await platform.stop()


async def test_an_id_may_be_written_as_the_number_that_yaml_reads():
    settings = DiscordSettings.model_validate({"roles": {1188235716412358656: "approver"}})
    assert settings.roles == {"1188235716412358656": Role.APPROVER}


async def test_the_channel_is_the_servers(wire, ears, platform):
    assert (await heard(wire, ears, "hello")).thread.channel == CHANNEL


async def test_what_an_account_holds_in_the_server_of_a_conversation_can_be_asked(
    wire, ears, platform
):
    where = await asked(wire, ears)
    wire.members[CHRIS] = ["60", "70"]
    assert await platform.lent(where, CHRIS) == {Role.APPROVER}
    for place, account in (
        (where, "no account"),
        (where, "999999"),  # who is not in the server
        (direct("discord", CHRIS), CHRIS),
        (where.model_copy(update={"channel": "1"}), CHRIS),  # a channel that is not known
    ):
        assert await platform.lent(place, account) == frozenset()


async def test_it_is_asked_through_what_delivers_there(wire, ears, platform):
    where = await asked(wire, ears)
    wire.members[CHRIS] = ["60"]
    for each, lent in ((platform, {Role.APPROVER}), (RecordedPlatform(None), frozenset())):
        room = Delivery(each, None, Quick(), None, SeededIds(1), whole=None)
        assert isinstance(room, Lender)
        assert await room.lent(where, CHRIS) == lent
        assert await room.holds(where, CHRIS) == lent


async def test_what_somebody_holds_now_is_asked_anew_or_not_known(wire, ears, platform):
    where = await asked(wire, ears)
    wire.members[CHRIS] = ["60"]
    assert await platform.lent(where, CHRIS) == {Role.APPROVER}  # and remembered for a while
    for held, lent in (([], frozenset()), (["60", "50"], {Role.APPROVER, Role.OPERATOR})):
        wire.members[CHRIS] = held
        assert await platform.holds(where, CHRIS) == lent
    wire.threads["6000"] = wire.thread("6000", CHANNEL, "old")  # of which the gateway knows nothing
    asleep = where.model_copy(update={"channel": "6000"})
    assert await platform.holds(asleep, CHRIS) == {Role.APPROVER, Role.OPERATOR}
    for place, account in ((where, "999999"), (where, "nobody"), (direct("discord", CHRIS), CHRIS)):
        assert await platform.holds(place, account) == frozenset()
    with pytest.raises(ChatRefusedError, match="no longer there"):
        await platform.holds(where.model_copy(update={"channel": "1"}), CHRIS)
    wire.fate = lambda method, path: "broken" if "/members/" in path else ""
    with pytest.raises(ChatDoubtError):
        await platform.holds(where, CHRIS)
