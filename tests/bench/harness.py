"""Figures that can be compared: contenders take turns in one process, medians of the rounds.

A machine's speed wanders from minute to minute; a ratio of neighbours in the same round does
so much less. Nothing here asserts a time.

    await duel({"engine": engine, "raw sqlite3": floor}, rounds=5, unit="µs a step")

Each contender is called with the round's number and returns one figure; it may be async.
"""

import gc
import inspect
import statistics


async def duel(contenders, *, rounds, unit, warm=True):
    """Run the contenders in turn, print a table, return each one's median."""
    if warm:
        await _round(contenders, -1)
    wide = max(12, *(len(name) + 2 for name in contenders))
    print(f"{'round':>6}" + "".join(f"{name:>{wide}}" for name in contenders) + f"   {unit}")
    figures = {name: [] for name in contenders}
    for number in range(rounds):
        for name, figure in (await _round(contenders, number)).items():
            figures[name].append(figure)
        print(f"{number + 1:>6}" + _row((f[-1] for f in figures.values()), wide))
    medians = {name: statistics.median(found) for name, found in figures.items()}
    print(f"{'median':>6}" + _row(medians.values(), wide))
    return medians


def ratios(medians, of, floors):
    """Print how the contender `of` stands to each floor."""
    for floor in floors:
        print(f"{of} is {medians[of] / medians[floor]:.2f} × {floor}")


async def _round(contenders, number):
    found = {}
    for name, contender in contenders.items():
        gc.collect()
        figure = contender(number)
        found[name] = await figure if inspect.isawaitable(figure) else figure
    return found


def _row(figures, wide):
    return "".join(f"{figure:>{wide},.1f}" for figure in figures)
