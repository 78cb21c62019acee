"""The one family of errors, split by who must act.

The message of each error is a sentence for the person who reads it in a channel or a
terminal: what was wrong, where, and what to do. `cure` is the way out, when it is a
command or a change to a file rather than part of the sentence.
"""

from __future__ import annotations

from bot.domain.usage import Usage


class OverseerError(Exception):
    """Something went wrong that Overseer knows how to explain.

    Attributes:
        sentence: what was wrong and where, one sentence with its full stop.
        cure: what to do about it, one sentence or a command; empty when `sentence` says it.
    """

    def __init__(self, sentence: str, *, cure: str = "") -> None:
        """Keep the two parts apart so that a card can set them apart."""
        super().__init__(f"{sentence} {cure}".strip())
        self.sentence = sentence
        self.cure = cure


class RequestError(OverseerError):
    """The person who asked must say it differently."""


class NotAllowedError(OverseerError):
    """The person may not do this; somebody else, or another way, can."""


class ConflictError(OverseerError):
    """The thing has moved on: already decided, expired, superseded, or held by another run."""


class ConfigError(OverseerError):
    """Whoever keeps the configuration must mend a file.

    Attributes:
        path: the file as the user knows it.
        line: the line, counted from 1, or None when the fault has no line.
        bare: the sentence without its place, for who is not to know this machine's folders.
    """

    def __init__(
        self, sentence: str, *, path: str = "", line: int | None = None, cure: str = ""
    ) -> None:
        """Put the place in front of the sentence, as a compiler would."""
        where = f"{path}:{line}: " if path and line else f"{path}: " if path else ""
        super().__init__(f"{where}{sentence}", cure=cure)
        self.path = path
        self.line = line
        self.bare = sentence


class MisplacedError(ValueError):
    """A setting that fits its type and nothing else; a validator raises it.

    Attributes:
        where: the way from what was validated to what is to be mended.
        cure: what to write there.
    """

    def __init__(self, said: str, where: tuple[str | int, ...] = (), cure: str = "") -> None:
        """`said` follows the field's name, as in `base_url must begin with https://`."""
        super().__init__(said)
        self.where = where
        self.cure = cure


class SecretError(ConfigError):
    """A secret's reference cannot be resolved, or is kept where others can read it."""


class HostError(OverseerError):
    """A host must be mended, or the way to it.

    Attributes:
        host: its name in the inventory.
    """

    def __init__(self, sentence: str, *, host: str, cure: str = "") -> None:
        """Remember the host so that a card can group by it."""
        super().__init__(sentence, cure=cure)
        self.host = host


class HostUnreachableError(HostError):
    """No connection could be made: nothing was started there."""


class HostKeyUnknownError(HostError):
    """The host's key has never been seen; a person compares and trusts it.

    Attributes:
        fingerprint: `SHA256:…` of the key that the host offered.
    """

    def __init__(self, sentence: str, *, host: str, fingerprint: str, cure: str = "") -> None:
        """Remember the fingerprint to show it."""
        super().__init__(sentence, host=host, cure=cure)
        self.fingerprint = fingerprint


class HostKeyChangedError(HostKeyUnknownError):
    """The host's key differs from the known one: an attack or a rebuilt host."""


class HostAuthError(HostError):
    """The host refused the login: key, user or password."""


class HostSudoError(HostError):
    """The login works, becoming root does not."""


class HostLostError(HostError):
    """The connection was cut in mid-command: what became of it is not known yet."""


class NotSentError(OverseerError):
    """No connection could be made: nothing was sent."""


class NoAnswerError(OverseerError):
    """A request was sent, or a part of it, and no answer came: nobody knows what it did."""


class ModelError(OverseerError):
    """A language model gave no usable answer; the next one is asked, at last the rules.

    Attributes:
        model: the model's name in the settings.
        usage: what the call is known to have used.
        taken: whether the request was taken, so that its provider counts it, though not for what.
    """

    def __init__(
        self,
        sentence: str,
        *,
        model: str,
        cure: str = "",
        usage: Usage | None = None,
        taken: bool = False,
    ) -> None:
        """Remember the model, and what asking it took."""
        super().__init__(sentence, cure=cure)
        self.model = model
        self.usage = usage or Usage()
        self.taken = taken


class ModelAuthError(ModelError):
    """The endpoint does not take the key, or there is none: asking again changes nothing."""


class ModelUnknownError(ModelError):
    """The endpoint knows no model of this name: asking again changes nothing."""


class ModelUnlistedError(ModelError):
    """A check can't tell: nothing but a request shows whether key and name are right."""


class ModelBusyError(ModelError):
    """Too many requests, or overloaded.

    Attributes:
        retry_after_s: seconds after which the server wants to be asked again; None: not said.
    """

    def __init__(
        self, sentence: str, *, model: str, retry_after_s: float | None = None, cure: str = ""
    ) -> None:
        """Remember how long the server wants to be left alone."""
        super().__init__(sentence, model=model, cure=cure)
        self.retry_after_s = retry_after_s


class ModelAwayError(ModelError):
    """No connection, a cut one, a fault of the server's, or no answer in time."""


class ModelAnswerError(ModelError):
    """It answered with what is no answer: not JSON, cut short, or a refusal of its own."""


class BudgetSpentError(ModelError):
    """The day's budget of the person, or of all, is spent: no model is asked.

    Attributes:
        person: whose it is; empty: that of all together.
    """

    def __init__(self, sentence: str, *, model: str, cure: str = "", person: str = "") -> None:
        """Remember whose it is."""
        super().__init__(sentence, model=model, cure=cure)
        self.person = person


class ChatError(OverseerError):
    """A chat platform did not take what Overseer had to say; nobody in the channel can mend it."""


class ChatBusyError(ChatError):
    """The platform wants to be left alone for a while: nothing was shown.

    Attributes:
        retry_after: seconds until it may be tried again.
        everywhere: it is meant for every channel, and not for this one alone.
    """

    def __init__(
        self, sentence: str, *, retry_after: float, everywhere: bool = False, cure: str = ""
    ) -> None:
        """Keep the platform's own pause."""
        super().__init__(sentence, cure=cure)
        self.retry_after = retry_after
        self.everywhere = everywhere


class ChatAwayError(ChatError):
    """The platform could not be reached, or failed: nothing was shown."""


class ChatDoubtError(ChatError):
    """No answer came: it may have been shown."""


class ChatBarredError(ChatError):
    """The platform takes nothing like this until somebody mends something: nothing was shown.

    A token, a right, an invitation: the sentence says what is wrong, the cure who mends it how.
    """


class ChatRefusedError(ChatError):
    """The platform will never take this: the channel or the message is gone, or it is too long."""


class ChatGoneError(ChatRefusedError):
    """The message that was to be changed is no longer there: somebody has deleted it."""


class StoreBusyError(OverseerError):
    """The database is locked, full or read-only: nothing was done, and saying so is all."""


class UnreadableError(OverseerError):
    """A stored plan can't be read: it was damaged, or written by another version.

    Attributes:
        plan: its number.
    """

    def __init__(self, sentence: str, *, plan: int, cure: str = "") -> None:
        """Remember the plan, so that a log and a list can leave it out."""
        super().__init__(sentence, cure=cure)
        self.plan = plan


class StoreVersionError(OverseerError):
    """The database was written by a newer Overseer, or a migration failed."""


class UnavailableError(OverseerError):
    """A part that is needed is not there (stopping, frozen by `stop --all`, not installed)."""
