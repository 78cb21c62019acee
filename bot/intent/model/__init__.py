"""A language model as parser: it is asked, and nothing that it says is believed.

answer.py       the closed shape of what it may say
prompting.py    what it is asked; beside it what that is made of:
                prompt_template.py, quoting.py (values as data), entries.py and
                action_details.py (the catalogue), worked_examples.py, pointing.py and fitting.py
                (names), selecting.py (how hosts are chosen)
checking.py     its answer held against catalogue and inventory: an outcome, or what is wrong
                (beside it repeated.py: a step that comes again; carried.py: what a revision has
                from the plan that it revises)
grounds.py      what its answer is held against
choices.py      what it may offer as buttons
moments.py      when a plan begins, as an answer says it; beside it clocks.py (as people say it, in
                other languages), relative.py (in how long, in those), moved.py (from when it began
                until now), paces.py (on how many hosts at a time) and failing.py (what where a step
                fails)
own_state.py    what an answer asks of Overseer's own plans and runs
words.py        which parts of it the person said; beside it spared.py and exceptions.py (what is to
                be left alone), inflected.py (names as other languages bend them), counts.py
                (numbers), unsaid.py (the marks on what they did not) and parts.py (what is left
                out of a group that was named); marks.py puts these together for a step
agreeing.py     the rules' reading beside the model's; beside it ailing.py (a "no" that the rules
                take for one to the whole), declined.py (why the rules would not have planned it),
                conditions.py (what hangs on something, in other languages),
                denials.py and reporters.py (what is not wanted, or only told, in them), unwanted.py
                (what is taken in all the same), unquoted.py (a request without what it quotes),
                unordered.py (words that order nothing), overlooked.py (what a plan makes otherwise
                of them), where_said.py (names that stand for something else), host_order.py (which
                host comes first), unheeded.py (what no action can do), undone.py (what is to be
                done beside a change), ordered.py (orders that are left out), readings.py (readings
                as buttons), differing.py (what a revision would change), faithful.py (whether that
                is asked about), instead.py (hosts in place of others), elided.py (whether an open
                plan is meant) and confirming.py (what its requester is asked of a look, and what no
                button carries)
called_off.py   a stop that only a model has read
showing.py      whether it is to be done, or only to be shown
beside.py       whether a look is asked beside an open question
leaning.py      whether it takes from the conversation what the words don't say, behind others'
chosen.py       what a person picked of a model's question, and typed; measuring.py marks what
                the rules read in it and the person did not say
reading.py      the order: model, repair, next model, rules

forcing.py      a tier that the person asks for, in the sentence; beside it tier_words.py (how that
                is said), local_words.py (a wish that nothing leaves this machine) and confiding.py
                (to whom a thread's words may be told then)
difficulty.py   how hard a request is to read, and so where it begins
router.py       the tiers: which model is asked, and its health
endpoint.py     one model: its turn, its time, what is tried again
turns.py        how many ask it at once, whatever a reload changes
breaker.py      whether it is asked at all
budgets.py      what may be used in a day, and what was
reservations.py what calls under way may come to, of all processes
refusals.py     which budgets have kept a call from being made
pricing.py      what a call costs, and the most that it may come to
deadlines.py    waiting no longer than until a moment of the clock
standing.py     how the models stand, in words
"""
