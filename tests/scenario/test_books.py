"""What is looked up: runs, one request from its sentence to its output, hosts, the log."""

from tests.scenario.stage import Stage


def texts(story):
    return [f"{line.who} {line.text}".strip() for line in story]


async def test_the_story_of_a_request_goes_from_the_sentence_to_the_output(tmp_path):
    async with Stage(tmp_path) as stage:
        for host in ("web-1", "web-2", "web-3"):
            stage.service(host, "nginx")
        stage.broken.add(("web-2", "nginx"))
        await stage.say("ben", "restart nginx on web because the certificate is new")
        card = await stage.card()
        sheet = await stage.app.books.run(card.plan, "ben")
        assert [step.state for step in sheet.steps] == ["pending"]
        await stage.press("chris", "approve")
        sheet = await stage.app.books.run(card.plan, "ben")
        said = texts(sheet.story)
        assert said[0] == (
            "Ben “restart nginx on web because the certificate is new” "
            "because: “the certificate is new”"
        )
        assert sheet.story[1].exact == ("service.restart nginx on web-1, web-2 and web-3",)
        order = [
            "Chris voted to approve", "approved by Chris", "the run began", "web-1: begins",
            "web-1: done", "web-2: begins", "web-2: FAILED, exit 1",
            "the run: NEEDS A DECISION",
        ]  # fmt: skip
        places = [said.index(text) for text in order]
        assert places == sorted(places)
        begins = sheet.story[said.index("web-2: begins")]
        assert begins.prompt
        assert begins.exact == ("sudo systemctl restart -- nginx.service",)
        failed = sheet.story[said.index("web-2: FAILED, exit 1")]
        assert "Job for nginx.service failed." in failed.exact
        (step,) = sheet.steps
        assert [(t.host, t.state) for t in step.targets] == [
            ("web-2", "FAILED"), ("web-1", "done"), ("web-3", "pending")
        ]  # fmt: skip
        assert [t.printed for t in step.targets] == [True, False, False]
        await stage.press("chris", "skip", value="web-2")
        said = texts((await stage.app.books.run(card.plan, "ben")).story)
        assert "Chris chose Skip for web-2" in said
        assert said[-1] == "the run: DONE"


async def test_a_plan_that_is_not_there_has_no_sheet(tmp_path):
    async with Stage(tmp_path) as stage:
        assert await stage.app.books.run(7, "ana") is None


async def test_runs_lists_what_is_open_and_pages_through_what_ended(tmp_path):
    async with Stage(tmp_path) as stage:
        stage.service("web-3", "nginx")
        stage.service("db-2", "redis")
        for _ in range(3):
            await stage.say("ana", "is nginx up on web-3?")
        await stage.say("ben", "restart nginx on web-3")
        await stage.press("chris", "approve")
        await stage.say("ben", "restart redis on db-2")
        await stage.say("ben", "what would happen if I restarted nginx on web-3?")
        runs = await stage.app.books.runs()
        assert [(line.plan, line.state) for line in runs.open] == [(5, "WAITING")]
        assert [(line.plan, line.state, line.requester) for line in runs.ended] == [
            (4, "DONE", "ben")
        ]
        everything = await stage.app.books.runs(everything=True)
        assert [line.plan for line in everything.ended if line.state != "PLAN ONLY"] == [4, 3, 2, 1]
        older = await stage.app.books.runs(everything=True, before=3)
        assert ([line.plan for line in older.ended], older.open) == ([2, 1], ())


async def test_a_persons_runs_are_the_changes_that_they_asked_for_and_no_talk(tmp_path):
    async with Stage(tmp_path) as stage:
        stage.service("web-3", "nginx")
        stage.service("db-2", "redis")
        for words in ("help", "how is web-3?", "lgtm", "restart nginx on web-3"):
            await stage.say("ben", words)
        await stage.press("chris", "approve")
        await stage.say("ben", "restart redis on db-2")
        await stage.say("vera", "not db-2")  # in the thread of Ben's plan
        await stage.say("ben", "restart nginx on web-3")
        await stage.press("chris", "approve")
        by = {each: await stage.app.books.runs_of(each, 9) for each in ("ben", "vera", "chris")}
        assert (by["vera"], by["chris"]) == ((), ())
        assert [(line.title, line.state) for line in by["ben"]] == [
            ("restart redis on db-2", "WAITING"),  # what is open goes first
            ("restart nginx on web-3", "DONE"),
            ("restart nginx on web-3", "DONE"),
        ]
        card = await stage.ears.card(by["ben"][-1].plan)
        assert by["ben"][-1].thread == card.thread
        assert len(await stage.app.books.runs_of("ben", 2)) == 2


async def test_hosts_say_who_changes_them_and_who_did_last(tmp_path):
    async with Stage(tmp_path) as stage:
        stage.service("web-3", "nginx")
        stage.service("web-1", "nginx")
        stage.broken.add(("web-1", "nginx"))
        for host in ("web-3", "web-1"):
            await stage.say("ben", f"restart nginx on {host}")
            await stage.press("chris", "approve")
        lines = {line.name: line for line in await stage.app.books.hosts()}
        assert list(lines) == ["db-1", "web-1", "web-2", "db-2", "web-3"]
        assert (lines["web-3"].held_by, lines["web-3"].last.plan) == (None, 1)
        assert (lines["web-1"].held_by, lines["web-1"].last.state) == (2, "NEEDS A DECISION")
        assert (lines["db-1"].held_by, lines["db-1"].last) == (None, None)


async def test_the_log_is_whole_for_approvers_and_for_others_their_own(tmp_path):
    async with Stage(tmp_path) as stage:
        stage.service("web-3", "nginx")
        await stage.say("ben", "restart nginx on web-3")
        await stage.press("chris", "approve")
        await stage.say("vera", "is nginx up on web-3?")
        log = await stage.app.books.log("chris")
        assert log.everything
        assert {"Ben", "Chris", "Vera"} <= {line.who for line in log.lines}
        own = await stage.app.books.log("vera")
        assert not own.everything
        assert {line.who for line in own.lines} == {"Vera", ""}
        assert {line.plan for line in own.lines} == {None, 2}
        found = await stage.app.books.log("chris", words="#1 approve")
        assert [line.text for line in found.lines] == [
            "approved by Chris",
            "voted to approve",
            found.lines[2].text,
        ]
        assert await stage.app.books.log("chris", words="#1 #2") == type(log)(lines=())
        (alone,) = (await stage.app.books.log("vera", words="#1")).lines or (None,)
        assert alone is None


async def test_the_log_goes_back_page_by_page_and_loses_nothing(tmp_path):
    async with Stage(tmp_path) as stage:
        for number in range(60):
            await stage.say("ana", f"thank you {number}")
        seen, before = [], None
        while True:
            page = await stage.app.books.log("ana", words="thank", before=before)
            seen += [line.text for line in page.lines]
            if page.older is None:
                break
            before = page.older
        assert seen == [f"“thank you {number}”" for number in reversed(range(60))]
