"""Slack through its own SDKs: slack-bolt for what comes in, slack_sdk for what goes out.

Nothing of them is imported before the platform is started.

    platform.py    the platform: tokens, start and stop, the App Home's data
    speaking.py    posts, edits, files, reactions; finding a post again
    blocks.py      a card as Block Kit; rich, tables, buttons: its parts
    text.py        other people's text, made harmless
    listening.py   Bolt's app; doors: HTTP with signatures; socket: Socket Mode
    events.py      payloads in our words; hearing: their way to the ears
    heard.py       how far that is; missed: what was said while Slack did not reach us
    modal.py       the window of a button that asks; home, commands: what their names say
    membership.py  guests, strangers, shared channels
    whispers.py    what one person alone is told
    api.py         the Web API over one session; faults: its errors as four of ours
    checks.py      what `./overseer check slack` tries
"""

from bot.adapters.slack.platform import SlackPlatform

__all__ = ["SlackPlatform"]
