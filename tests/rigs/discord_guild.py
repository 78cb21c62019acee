"""Who and what is in the small Discord of the suites, and how it is told of them."""

ME, APP, GUILD, CHANNEL = "1000", "1000", "2000", "3000"
BEN, CHRIS, VERA = "4001", "4002", "4003"
TOKEN = "wire-token"


def direct(who):
    """Where somebody's direct messages stand."""
    return f"9{who}"


def guild_of(channel):
    """A direct message is in no server."""
    return {} if channel in map(direct, (BEN, CHRIS, VERA)) else {"guild_id": GUILD}


def user_of(who):
    """An account, as it stands in an event."""
    return {"id": who, "username": f"u{who}", "discriminator": "0", "avatar": None,
            "global_name": None, "bot": who == ME}  # fmt: skip
