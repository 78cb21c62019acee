"""What a card looks like in a chat, and which files go with it."""

from bot.delivery.drawing import COMES, Beside, drawn, links, seen_by, told_by, wanted
from bot.domain.cards import Attachment, Button, Card, Exact, Output, StepRow, TargetRow, Tone

APPROVE = Button(id="approve", label="Approve", only=("ana",), others="Ana may vote.")
DENY = Button(id="deny", label="Deny…")
CARD = Card(
    id="plan-1", plan=1, title="t", state="WAITING", revision=1, digest="d", buttons=(APPROVE, DENY)
)
FILE = Attachment(name="plan-1-1.txt", text="   run\n      | systemctl restart -- a")


def ids(card):
    return [button.id for button in card.buttons]


def test_a_card_whose_files_are_all_here_offers_what_it_offers():
    beside = (Beside("plan.txt", there=True, link="https://x"),)
    assert drawn(CARD, beside, "") == drawn(CARD, (), "") == CARD
    assert links(beside) == {"plan.txt": "https://x"}


def test_while_a_file_is_on_its_way_approve_is_not_offered():
    card = drawn(CARD, (Beside("a.txt", there=True), Beside("plan.txt")), "")
    assert ids(card) == ["deny"]
    assert card.footer == (COMES,)
    assert links((Beside("plan.txt"),)) == {}


def test_a_file_that_was_refused_says_where_it_can_be_approved():
    card = drawn(CARD, (Beside("plan.txt", gone="No files here."),), "http://10.0.0.7:8420")
    assert ids(card) == ["deny"]
    (note,) = card.footer
    assert "can't be shown here (No files here)" in note
    assert "Approve it on the page (http://10.0.0.7:8420) or in a terminal with" in note


def test_a_card_that_asks_for_no_approval_waits_for_no_file():
    card = CARD.model_copy(update={"buttons": (DENY,)})
    assert drawn(card, (Beside("plan.txt"),), "") == card


def test_where_the_file_with_all_of_it_can_not_be_put_the_card_says_so():
    card = CARD.model_copy(
        update={"buttons": (), "attachments": (FILE,), "footer": ("read by rules",)}
    )
    gone = Beside("plan-1-done.txt", gone="No files here.")
    note = "The file with all of it can't be shown here (No files here)."
    page = " The page has it (http://10.0.0.7:8420)."
    told = drawn(card, (gone,), "http://10.0.0.7:8420")
    assert told.footer == (note + page, "read by rules")
    assert drawn(card, (gone,), "").footer[0] == note
    its = drawn(card, (Beside(FILE.name, gone="No files here."),), "")  # its plan was
    assert its.footer == card.footer
    assert its.attachments == (FILE.model_copy(update={"lost": True}),)


def test_a_file_that_never_comes_is_marked_and_one_on_its_way_is_not():
    def lost(card, beside):
        return [each.lost for each in drawn(card, (beside,), "").attachments]

    asks = CARD.model_copy(update={"attachments": (FILE,)})
    assert lost(asks, Beside(FILE.name)) == [False]
    assert lost(asks, Beside(FILE.name, there=True)) == [False]
    assert lost(asks, Beside(FILE.name, gone="No files here.")) == [True]
    over = asks.model_copy(update={"buttons": ()})
    assert lost(over, Beside(FILE.name)) == [True]  # what ran unasked has none
    assert lost(over, Beside(FILE.name, there=True)) == [False]


def test_a_copy_shows_its_readers_buttons_and_a_room_those_of_somebody():
    assert ids(seen_by(CARD, "ana")) == ["approve", "deny"]
    assert ids(seen_by(CARD, "ben")) == ["deny"]
    assert ids(seen_by(CARD, "")) == ["approve", "deny"]
    nobodys = APPROVE.model_copy(update={"only": ()})
    card = seen_by(CARD.model_copy(update={"buttons": (nobodys, DENY)}), "")
    assert ids(card) == ["deny"]
    assert card.footer == ("Ana may vote.",)


def test_each_attachment_is_a_file_and_another_content_another_file():
    card = CARD.model_copy(update={"attachments": (FILE,)})
    other = card.model_copy(update={"attachments": (FILE.model_copy(update={"text": "x"}),)})
    (one,), (two,) = wanted(card, fits=True), wanted(other, fits=True)
    assert one.attachment == FILE
    assert one.key != two.key


def test_what_fits_needs_no_file():
    assert wanted(CARD, fits=True) == ()


def test_what_does_not_fit_goes_with_it_whole_once_for_all_votes():
    (one,) = wanted(CARD, fits=False)
    assert one.attachment is None
    assert wanted(CARD.model_copy(update={"standing": "1 of 2 votes"}), fits=False) == (one,)
    assert wanted(CARD.model_copy(update={"digest": "e"}), fits=False) != (one,)


def test_a_card_that_moves_sends_no_file_each_second():
    moving = CARD.model_copy(update={"buttons": (), "busy": True, "state": "RUNNING"})
    assert wanted(moving, fits=False) == ()
    assert len(wanted(moving.model_copy(update={"busy": False}), fits=False)) == 1
    queued = moving.model_copy(
        update={"busy": False, "buttons": (Button(id="stop", label="Leave"),)}
    )
    assert wanted(queued, fits=False) == ()
    assert len(wanted(CARD.model_copy(update={"busy": True}), fits=False)) == 1, "it is voted on"


def test_attachments_go_with_a_plan_that_is_open_and_with_no_other():
    change = Button(id="change", label="Change…")
    for buttons, now in (((APPROVE,), True), ((DENY, change), True), ((DENY,), False), ((), False)):
        card = CARD.model_copy(update={"attachments": (FILE,), "buttons": buttons})
        assert [wish.now for wish in wanted(card, fits=True)] == [now]


def test_an_attachment_that_tells_all_stands_for_the_whole_and_another_does_not():
    told = Exact(label="run", text="systemctl restart -- a")
    untold = Exact(label="run", text="systemctl restart -- b")
    card = CARD.model_copy(update={"attachments": (FILE,), "body": (told,)})
    assert len(wanted(card, fits=False)) == 1
    assert len(wanted(card.model_copy(update={"body": (told, untold)}), fits=False)) == 2


def test_what_is_approved_must_be_there_to_the_letter():
    odd = CARD.model_copy(update={"body": (Exact(label="run", text="echo a\u202eb\n\nls"),)})
    assert told_by(odd, (Attachment(name="a", text="      | echo a\\u202eb\n      |\n      | ls"),))
    assert not told_by(odd, (Attachment(name="a", text="      | echo ab\n      | ls"),))


def test_another_output_is_another_file_and_other_words_are_not():
    def key(card):
        return [wish.key for wish in wanted(card, fits=False)]

    def failed(text, **more):
        target = TargetRow(hosts=("a",), state="FAILED", tone=Tone.BAD, blocks=(Output(text=text),))
        row = StepRow(number=1, state="FAILED", tone=Tone.BAD, title="t", targets=(target,))
        return CARD.model_copy(update={"buttons": (), "body": (row,), **more})

    assert key(failed("one")) == key(failed("one", footer=("Handed to Ben.",)))
    assert key(failed("one")) != key(failed("two"))
